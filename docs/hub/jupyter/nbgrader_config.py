"""Of all students' servers: the course and its exchange."""

import os

from alpaca_course.server import hub

COURSE_ID = "alpaca"
EXCHANGE = "/srv/nbgrader/exchange"
# Without a shared disk: ngshare as the servers reach it, with "/services/ngshare" at its end.
NGSHARE = ""

c = get_config()
c.CourseDirectory.course_id = COURSE_ID
if NGSHARE:
    from alpaca_course.exchange import ngshare

    ngshare.configure(c, NGSHARE)
else:
    c.Exchange.root = EXCHANGE
    # The hub's name of the student, also where all servers are one user of the system.
    c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
hub.configure(c)
