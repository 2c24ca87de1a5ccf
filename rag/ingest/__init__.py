"""Files to articles, articles to passages."""

# Counted up when a file that was read before would give other articles now, by another converter or other cleaning: the
# next ingest then reads all files again. Also when attribution changes: the sample is then made anew.
READ_VERSION = 8
