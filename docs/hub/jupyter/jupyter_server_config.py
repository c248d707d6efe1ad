"""Of all students' servers: where pictures and weights lie, one copy for all."""

from alpaca_course.server import hub

DATASET = "/srv/alpaca/dataset"
MODELS = "/srv/alpaca/models"

hub.have_inputs(MODELS, DATASET)
