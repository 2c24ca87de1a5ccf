"""The chat page. `rag.ui.page` builds it, the views make its HTML, `rag.ui.server` serves it.

Gradio reads its switches from the environment, some of them while it is imported, so they are set here,
before any module of this package imports it. Nothing may leave the machine unless the user set it up.
"""

import gc
import os

os.environ.update(
    GRADIO_ANALYTICS_ENABLED="False",  # usage reports, and the check for a newer version
    GRADIO_SHARE="False",  # a public link through gradio.live
    GRADIO_RUN_HISTORY="False",  # questions and answers kept in the browser for a page that we don't show
    HF_HUB_DISABLE_TELEMETRY="1",  # the library that Gradio reports with
)

# Gradio's import makes many objects and next to no garbage. To look for garbage as often as Python does by itself takes
# a quarter of the time that the page takes to open (`bench/page.py`).
gc.set_threshold(50_000, 20, 100)
