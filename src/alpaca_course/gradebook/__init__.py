"""nbgrader: its converters, gradebook and pages; the room that knows its internals.

What this room uses that nbgrader and nbconvert do not promise, read from nbgrader 0.9.6 and
nbconvert 7.17.2. Beside it `server` and `exchange` use things of the kind. After an upgrade
read each place again.

converters.Autograde, apps.autogradeapp.Autograde, apps.api.Autograde, and in the same way
GenerateAssignment and GenerateFeedback
    replaced by the course's own (`converter`, `anywhere`, `feedback`): command line and formgrader
    name their converters there and have no option for other ones.
BaseConverter.init_notebooks, _format_source
    find folders by patterns in which names are not escaped (`anywhere`): overridden.
BaseConverter.start
    fills `exporter` by `preprocessors`, then calls init_notebooks and convert_notebooks
    (`converter`, `feedback`): overridden, for what nbgrader does before its first preprocessor, and
    since it removes what was there before when it fails. write_single_notebook, set_permissions and
    _format_source are its own.
resources["nbgrader"]
    holds student, assignment, notebook and db_url for the preprocessors (`converter`).
resources["metadata"]["path"], ["assignment_id"], ["student"]
    say on formgrader's page of a submission whose it is (`exporters`).
Exporter.register_preprocessor
    makes a step with the exporter as its parent, whose parent is the converter (`preprocessors`).
utils.determine_grade
    takes a test cell's points from its only execute_result (`preprocessors.show_verdicts`).
api.create_engine
    replaced for good (`addresses`) by what knows the drivers and makes PostgreSQL's tables
    (`engine`), and while the course works (`transaction`): `Gradebook` makes a new engine each time
    it is opened, which compiles every query anew, and commits at each step of a submission.
api.Base.metadata, the table alembic_version
    nbgrader's tables (`engine`, `copying`): made without bounds of texts, copied row by row.
dbutil.write_alembic_ini, dbutil.ALEMBIC_DIR
    the first is replaced (`addresses`): it escapes nothing; the second has the migrations, of which
    the newest is that of the tables (`engine`).
coursedir.CourseDirectory.db_url
    its validate is replaced (`addresses`): the address is kept without a password, since nbgrader
    logs it and writes it into a file for Alembic.
api.get_alembic_version
    replaced for good (`engine`): it starts `alembic` by name for every new gradebook. nbgrader's
    commands for its database start it, too (`nbgrader_setup`).
server_extensions.formgrader.formgrader.HTMLExporter, .Environment
    replaced by the course's exporter, and by one that escapes what its pages show (`converter`):
    formgrader makes both there when it starts, after it has read the course's configuration.
server_extensions/formgrader/templates/formgrade, …/static/js/formgrade.js
    hold formgrader's page of a submission, whose header ours replaces (`templates/`): without
    MathJax, of which the script asks one signal, and with a policy that names its two handlers
    (`content_policy`). The exporter's filters highlight_code and markdown2html get marks in place
    of texts (`exporters`).
"""
