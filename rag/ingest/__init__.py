"""Files to articles, articles to passages."""
