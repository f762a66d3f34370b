"""The official form in its generations (2022, 2023, 2024), as data: what is asked, how it is printed, how records move on.

`fields.json` says once what every canonical key means (type, help, condition); `generations/<year>.json` says which of them a
generation has, under which printed number, label and layout. A further generation is one more file. Keys are for ever.
Imports only `core.questionnaires.definition`, no Django. Start reading at `printing.py`, then `loading.py`.
"""
from ventanilla.modules.practices.form.loading import definition, generations, printed
from ventanilla.modules.practices.form.migrating import migrate
from ventanilla.modules.practices.form.printing import Cell, Printed, PrintedSection, Row
from ventanilla.modules.practices.form.writing import write_text

__all__ = ["Cell", "Printed", "PrintedSection", "Row", "definition", "generations", "migrate", "printed", "write_text"]
