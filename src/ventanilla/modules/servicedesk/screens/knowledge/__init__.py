"""Pages of knowledge: the help of who asks, articles, their editor, help beside the form. Start reading at `articles.py`."""
