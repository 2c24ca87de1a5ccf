// The page's script: buttons in our HTML become events, and what needs no server happens here.
// Text is put in as text; HTML comes from the server alone, where it passed the allow-list.
(() => {
  const triggers = {};
  const $ = (query, within = document) => within.querySelector(query);

  function confirmed(question, detail, yes) {
    const dialog = document.createElement("dialog");
    dialog.className = "confirm";
    const title = document.createElement("h2"), words = document.createElement("p"), row = document.createElement("div");
    title.textContent = question;
    words.textContent = detail;
    words.dir = "auto";
    row.className = "row";
    const no = document.createElement("button"), ok = document.createElement("button");
    no.textContent = "Cancel";
    ok.textContent = yes;
    no.className = "btn";
    ok.className = "btn primary";
    row.append(no, ok);
    dialog.append(title, words, row);
    dialog.setAttribute("aria-label", question);
    ($(".gradio-container") || document.body).append(dialog);
    return new Promise((resolve) => {
      no.onclick = () => dialog.close("no");
      ok.onclick = () => dialog.close("yes");
      dialog.onclose = () => { resolve(dialog.returnValue === "yes"); dialog.remove(); };
      dialog.showModal();
      no.focus();
    });
  }

  function say(words) {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    toast.textContent = words;
    document.body.append(toast);
    setTimeout(() => toast.remove(), 2600);
  }

  // Views and the panel

  function view(name) {
    document.body.dataset.view = name;
    document.body.dataset.side = "";
    for (const tab of document.querySelectorAll(".tab"))
      tab.setAttribute("aria-current", tab.dataset.view === name ? "page" : "false");
  }

  function showSource(id) {
    const card = document.getElementById(id);
    if (!card) return;
    const earlier = card.closest("details");
    if (earlier) earlier.open = true;
    document.querySelectorAll(".card.current").forEach((c) => c.classList.remove("current"));
    card.classList.add("current");
    document.body.dataset.panel = "open";
    const cards = [...card.parentElement.querySelectorAll(".card")], at = $(".sources .at");
    if (at) at.textContent = `${cards.indexOf(card) + 1} of ${cards.length}`;
    const panel = $("#panel"), bar = $(".sources .bar");
    const top = card.getBoundingClientRect().top - panel.getBoundingClientRect().top + panel.scrollTop;
    panel.scrollTo({ top: top - (bar ? bar.offsetHeight : 0) - 12, behavior: still() ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
  }

  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function step(by) {
    const now = $(".card.current");
    const cards = [...(now ? now.parentElement : document).querySelectorAll(".card")];
    if (!cards.length) return;
    const at = now ? cards.indexOf(now) + by : 0;
    showSource(cards[(at + cards.length) % cards.length].id);
  }

  function closePanel() {
    const card = $(".card.current");
    document.body.dataset.panel = "";
    if (!card) return;
    card.classList.remove("current");
    const marker = $(`a.marker[href="#${card.id}"]`);
    if (marker) marker.focus();
  }

  function markCurrent() {
    const id = sessionStorage.getItem("rashomon-conversation");
    for (const item of document.querySelectorAll(".kept li")) item.toggleAttribute("data-current", item.dataset.id === id);
  }

  // What buttons do here rather than at the server. Each gets the button, its data and the component's trigger.
  const here = {
    view: (b, d) => view(d.view),
    theme: () => {
      const dark = document.body.classList.toggle("dark");
      localStorage.setItem("rashomon-theme", dark ? "dark" : "light");
    },
    menu: () => { document.body.dataset.side = document.body.dataset.side === "open" ? "" : "open"; },
    sources: (b, d) => { const first = $(`[id^="source-${d.n}-"]`); if (first) showSource(first.id); },
    previous: () => step(-1),
    next: () => step(1),
    closepanel: closePanel,
    read: (b, d, trigger) => trigger("expand", d),
    more: (b, d, trigger) => trigger("apply", d),
    edit: (b, d, trigger) => { trigger("edit", d); setTimeout(() => $("#ask textarea").focus(), 150); },
    delete: async (b, d, trigger) => {
      if (await confirmed("Delete this conversation?", b.previousElementSibling.textContent, "Delete")) trigger("delete", d);
    },
    remove: async (b, d, trigger) => {
      const title = $("h2", b.closest(".reader")).textContent;
      if (await confirmed("Remove this article from the collection?", title, "Remove")) trigger("delete", d);
    },
    leave: async (b) => {
      if (await confirmed("Open this page on the web?", b.href, "Open")) window.open(b.href, "_blank", "noopener,noreferrer");
    },
  };

  function onClick(e, element, trigger) {
    const b = e.target.closest("[data-act]");
    if (!b || !element.contains(b) || b.tagName === "FORM") return;
    e.preventDefault();
    const { act, ...data } = b.dataset;
    for (const menu of element.querySelectorAll("details.menu[open]")) menu.open = false;
    if (act === "select" || act === "clear") document.body.dataset.side = "";
    if (here[act]) here[act](b, data, trigger);
    else trigger(act, data);
    if ((act === "select" && data.id) || (act === "clear" && b.closest("#side"))) view("ask");
  }

  function onSubmit(e, trigger) {
    const form = e.target.closest("form[data-act]");
    if (!form) return;
    e.preventDefault();
    const { act, ...data } = form.dataset, fields = new FormData(form);
    for (const name of new Set(fields.keys())) {
      const several = fields.getAll(name);
      data[name] = several.length > 1 ? several : several[0];
    }
    if (act === "edit") {
      data.changed = {};
      for (const input of form.querySelectorAll("input[data-before]"))
        if (input.value !== input.dataset.before) data.changed[input.name] = input.value;
      if (!Object.keys(data.changed).length) return say("Nothing was changed.");
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    trigger(act, data);
    if (act === "submit") form.reset();
  }

  // Files: sent one after the other, then read together

  async function send(files, trigger, upload) {
    const input = $("#files"), types = input.accept.split(","), drop = $(".drop"), words = $(".drop p");
    const before = words.textContent, sent = [], refused = [];
    drop.classList.add("busy");
    for (const [n, file] of [...files].entries()) {
      words.textContent = `Sending ${n + 1} of ${files.length}: ${file.name}`;
      const dot = file.name.lastIndexOf("."), type = dot < 0 ? "" : file.name.slice(dot).toLowerCase();
      const refuse = (reason) => refused.push({ name: file.name, reason });
      if (!types.includes(type)) { refuse("no kind of file that is read"); continue; }
      if (file.size > 20e6) { refuse("larger than 20 MB"); continue; }
      try {
        const { path } = await upload(file);
        sent.push({ path, name: file.name });
      } catch (e) {
        refuse("could not be sent");
      }
    }
    words.textContent = before;
    drop.classList.remove("busy");
    input.value = "";
    trigger("upload", { files: sent, refused });
  }

  function dropping(element, trigger, upload) {
    const drop = $(".drop", element);
    $("#files", element).addEventListener("change", (e) => { if (e.target.files.length) send(e.target.files, trigger, upload); });
    const over = (on) => (e) => { e.preventDefault(); drop.classList.toggle("over", on); };
    drop.addEventListener("dragover", over(true));
    drop.addEventListener("dragleave", over(false));
    drop.addEventListener("drop", (e) => { over(false)(e); if (e.dataTransfer.files.length) send(e.dataTransfer.files, trigger, upload); });
  }

  // The reader: a sheet over the page

  function reader(element, trigger, props, watch) {
    const sheet = document.createElement("dialog"), close = document.createElement("button"), body = document.createElement("div");
    sheet.className = "sheet";
    sheet.setAttribute("aria-label", "Article");
    close.className = "btn icon close";
    close.textContent = "✕";
    close.setAttribute("aria-label", "Close the article");
    close.onclick = () => sheet.close();
    body.className = "content";
    body.tabIndex = 0;
    sheet.append(close, body);
    element.append(sheet);
    sheet.addEventListener("click", (e) => { if (e.target === sheet) sheet.close(); });
    sheet.addEventListener("click", (e) => onClick(e, sheet, trigger));
    sheet.addEventListener("submit", (e) => onSubmit(e, trigger));
    watch("value", () => {
      body.innerHTML = props.value || "";
      if (!props.value) return sheet.open && sheet.close();
      if (!sheet.open) sheet.showModal();
      const mark = $("mark.current", body) || $("mark", body);
      if (mark) mark.scrollIntoView({ block: "center" });
      else body.scrollTop = 0;
    });
  }

  // What the server sends to be copied or saved

  function outbox(props, watch) {
    watch("value", async () => {
      if (!props.value) return;
      const { text, name } = JSON.parse(props.value);
      if (!name) {
        try { await navigator.clipboard.writeText(text); say("Copied, with its sources."); }
        catch { say("The browser did not allow copying."); }
        return;
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: name.endsWith("json") ? "application/json" : "text/markdown" }));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }

  // A new question comes to the top of the view once; the reader's own scrolling is left alone after that.
  function thread(element, watch) {
    let asked = element.querySelectorAll(".exchange").length;
    watch("value", () => {
      const now = element.querySelectorAll(".exchange"), talk = $(".thread", element);
      if (talk) sessionStorage.setItem("rashomon-conversation", talk.dataset.id);
      markCurrent();
      if (now.length > asked) now[now.length - 1].scrollIntoView({ block: "start", behavior: "auto" });
      asked = now.length;
    });
  }

  function live(element, trigger) {
    let waiting;
    element.addEventListener("input", (e) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => trigger("input", { words: e.target.value }), 180);
    });
  }

  window.rashomon = {
    attach(id, element, trigger, props, watch, upload) {
      triggers[id] = trigger;
      if (id === "reader") return reader(element, trigger, props, watch);
      if (id === "outbox") return outbox(props, watch);
      element.addEventListener("click", (e) => onClick(e, element, trigger));
      element.addEventListener("submit", (e) => onSubmit(e, trigger));
      if (id === "add") dropping(element, trigger, upload);
      if (id === "thread") thread(element, watch);
      if (id === "find-box") live(element, trigger);
      if (id === "side") {
        view(document.body.dataset.view || "ask");
        watch("value", () => { view(document.body.dataset.view); markCurrent(); });
      }
    },
  };

  document.addEventListener("click", (e) => {
    const marker = e.target.closest("a.marker, a.dot");
    if (marker && marker.hash) { e.preventDefault(); showSource(marker.hash.slice(1)); return; }
    const number = e.target.closest("a.number");
    if (number) {
      e.preventDefault();
      document.body.dataset.panel = "";
      const answer = document.getElementById(number.hash.slice(1));
      if (answer) answer.scrollIntoView({ block: "start" });
    }
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(e.target)) menu.open = false;
    if (document.body.dataset.side === "open" && !e.target.closest("#side")) document.body.dataset.side = "";
  });
  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input, textarea, [contenteditable]");
    if (e.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
      if (document.body.dataset.panel === "open" && !$("dialog[open]")) closePanel();
      document.body.dataset.side = "";
    }
    if (typing || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
    if (e.key === "/") { e.preventDefault(); view("ask"); $("#ask textarea").focus(); }
    if (e.key === "]" || e.key === "[") step(e.key === "]" ? 1 : -1);
  });
  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.lang = "en";
    const chosen = localStorage.getItem("rashomon-theme");
    if (chosen) new MutationObserver((_, seen) => { document.body.classList.toggle("dark", chosen === "dark"); seen.disconnect(); })
      .observe(document.body, { childList: true, subtree: true });
  });
})();
