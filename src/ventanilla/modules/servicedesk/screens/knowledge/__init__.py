"""Pages of knowledge: the help of who asks, articles, their editor, help beside the form of a request.

May import the services of knowledge and `web`. Start reading at `articles.py`.
"""
