"""Handing out, handing in and collecting through nbgrader's exchange: a folder, or ngshare.

What this room uses of nbgrader 0.9.6 and ngshare-exchange 0.5.2 that they do not promise. After an
upgrade read each place again.

exchange.default: ExchangeCollect.init_src, _path_to_record, do_copy, src_records
    overridden or filled (`collecting`): what is collected, and how.
exchange.default: ExchangeSubmit.copy_files, assignment_filename, inbound_path, cache_path
    name both copies of a hand-in (`submitting`).
exchange.default: ExchangeReleaseFeedback.copy_files, src_path, dest_path
    overridden (`feedback`).
ngshare_exchange: Exchange.ngshare_api_request, _ngshare_api_check_error
    ask the server and read its answer (`ngshare`); copy_files of each action, post_submission,
    post_feedback, ExchangeCollect._get_submission and src_records likewise.
ngshare 0.6.0: database.Base
    has the relations whose SQLAlchemy 1 behaviour is put back (`ngshare_server`).
"""
