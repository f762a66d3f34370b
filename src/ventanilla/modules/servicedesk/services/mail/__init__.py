"""Mail to tickets: a mailbox is read, each mail becomes a ticket or an entry of the right one, once.

May import the module's other services and models, and the core. Start reading at `receiving.py`; `parsing.py`
reads raw bytes, `threading.py` says to which ticket a mail belongs, `deciding.py` what is done with it,
`fetching.py` speaks IMAP.
"""
from ventanilla.modules.servicedesk.services.mail.fetching import fetch, fetch_all
from ventanilla.modules.servicedesk.services.mail.parsing import Limits, MailRefused, ParsedMail, parse
from ventanilla.modules.servicedesk.services.mail.receiving import finish_waiting, receive, reprocess, set_aside
from ventanilla.modules.servicedesk.services.mail.tokens import mark, reply_address

__all__ = ["Limits", "MailRefused", "ParsedMail", "fetch", "fetch_all", "finish_waiting", "mark", "parse", "receive", "reply_address",
           "reprocess", "set_aside"]
