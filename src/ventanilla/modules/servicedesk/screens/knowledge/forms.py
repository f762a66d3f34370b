"""Forms of knowledge: they only parse; the verbs check and refuse."""
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ventanilla.modules.servicedesk.models import Article, ArticleVersion, ServiceFamily
from ventanilla.modules.servicedesk.services.knowledge import ArticleDraft


class ArticleForm(forms.Form):
    """What an article says, who reads it and until when it holds."""

    title = forms.CharField(label=_("Título"), max_length=200,
                            help_text=_("La pregunta o el problema como lo diría quien lo tiene: «No puedo imprimir a color»."))
    summary = forms.CharField(label=_("En pocas palabras"), max_length=400, required=False,
                              help_text=_("La respuesta en una o dos frases; es lo que se ve al sugerirlo."))
    body = forms.CharField(label=_("Texto"), max_length=40_000, widget=forms.Textarea(attrs={"rows": 18, "class": "article-source"}),
                           help_text=_("## hace un subtítulo, **dos asteriscos** resaltan, 1. y - hacen listas, "
                                       "[texto](dirección) un enlace."))
    words = forms.CharField(label=_("Otras formas de decirlo"), max_length=400, required=False,
                            help_text=_("Palabras con las que la gente lo busca, separadas por comas."))
    audience = forms.ChoiceField(label=_("Quién lo lee"), choices=Article.Audience.choices)
    family = forms.ModelChoiceField(ServiceFamily.objects.none(), label=_("Familia de servicios"), required=False,
                                    empty_label=_("Todas"))
    review_on = forms.DateField(label=_("Revisarlo el"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                                help_text=_("Le avisaremos una semana antes; sin fecha, a los seis meses."))

    def __init__(self, *args: Any, institution_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        families = ServiceFamily.objects.filter(institution_id=institution_id, active=True)
        self.fields["family"].queryset = families  # type: ignore[attr-defined]

    def draft(self) -> ArticleDraft:
        """What was typed."""
        return ArticleDraft(**self.cleaned_data)


def said(article: Article, version: ArticleVersion) -> dict[str, Any]:
    """The values of the form for a version."""
    return {"title": version.title, "summary": version.summary, "body": version.body, "words": version.words,
            "audience": version.audience, "family": article.family_id, "review_on": article.review_on}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Motivo"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
