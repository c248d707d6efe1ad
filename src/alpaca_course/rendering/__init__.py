"""What is shown of a student's notebook, built anew from a typed allow-list. Pure.

Nothing is cleaned here: of a notebook that anybody may have made, cells and outputs of known kinds
are read (`cells`), and files and pages are made of those alone. Text is escaped (`text`), HTML and
Markdown go through one sanitizer (`sanitizing`), pictures are decoded and encoded again
(`pictures`). Each has its bounds (`bounds`); what exceeds one is shown as plain text. `service` is
all of that as bytes in, bytes out, for a process of its own.
"""
