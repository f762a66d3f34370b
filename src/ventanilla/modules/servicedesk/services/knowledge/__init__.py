"""Knowledge: articles written, reviewed, published and retired; help while somebody asks; how many tickets it saves.

May import the module's models, its other services and the core. Start reading at `writing.py`.
"""
from ventanilla.modules.servicedesk.services.knowledge.reading import article_for, drafts_of, may_keep, readable
from ventanilla.modules.servicedesk.services.knowledge.writing import (
    ArticleDraft,
    confirm,
    from_case,
    publish,
    retire,
    save_draft,
    send_back,
    submit,
    vote,
)

__all__ = ["ArticleDraft", "article_for", "confirm", "drafts_of", "from_case", "may_keep", "publish", "readable", "retire", "save_draft",
           "send_back", "submit", "vote"]
