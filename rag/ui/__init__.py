"""The chat page. `rag.ui.page` builds it, the views make its HTML, `rag.ui.server` serves it."""

import gc

# Gradio's import makes many objects and next to no garbage. To look for garbage as often as Python does by itself takes
# a quarter of the time that the page takes to open (`bench/page.py`).
gc.set_threshold(50_000, 20, 100)
