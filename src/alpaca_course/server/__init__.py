"""JupyterLab for student and instructor.

What this room replaces in nbgrader 0.9.6, which has no option for it:

apps.validateapp.Validator, server_extensions.validate_assignment.handlers.Validator
    both look the name up when they need it (`hub`).
server_extensions.validate_assignment.handlers.ValidateAssignmentHandler.post
    answers as the course's own, whichever of the two extensions is asked (`validate_button`).
server_extensions.assignment_list.handlers.AssignmentList.submit_assignment
    says in words why nothing was handed in, and looks whether something was (`submit_button`).
"""
