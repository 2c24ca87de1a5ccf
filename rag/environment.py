"""The environment variables that other libraries take their switches from: the one place that sets any.

Done once, when `rag` is first imported, since ONNX Runtime and Gradio read some while they are imported; never later,
and no other module changes `os.environ`. Nothing may leave the machine unless the user set it up, and no work may hold
up the rest:

- ONNX Runtime would make a device id in the user's cache folder and report to its maker at every question;
- Gradio would report its use, look for newer versions, and offer a link through its maker's servers;
- the Hugging Face libraries would report their use;
- torch and Gradio would put what they compile and what is uploaded among the temporary files of all;
- threads of OpenMP would turn in circles while they wait, and take the cores from everything else;
- where a proxy is set, requests to this machine would go to it: whoever runs the proxy could then read them.
"""

import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

SWITCHES: Final = {
    "ORT_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",  # usage reports, and the check for a newer version
    "GRADIO_SHARE": "False",  # a public link through gradio.live
    "GRADIO_RUN_HISTORY": "False",  # questions and answers kept in the browser for a page that we don't show
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy")


def prepare(environment: MutableMapping[str, str]) -> None:
    """Set the switches, and take this machine out of what a proxy that is set is asked for.

    Where no proxy is set, nothing is said of proxies: on Windows and macOS a lone `NO_PROXY` would make libraries pass
    over the proxy of the system's own settings.
    """
    environment.update(SWITCHES)
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    cache = Path(environment.get("RAG_CACHE") or user_cache_path("rashomon"))
    environment.setdefault("TORCHINDUCTOR_CACHE_DIR", str(cache.absolute() / "torch"))
    environment["GRADIO_TEMP_DIR"] = str(cache.absolute() / "uploads")  # until they are read into a collection
    if not any(environment.get(name) or environment.get(name.upper()) for name in _PROXIES):
        return
    # The lower case is read first where both are set.
    known = [name.strip() for name in (environment.get("no_proxy") or environment.get("NO_PROXY", "")).split(",")]
    if "*" not in known:
        direct = ",".join([name for name in known if name] + [name for name in LOOPBACK if name not in known])
        environment["no_proxy"] = environment["NO_PROXY"] = direct


prepare(os.environ)
