// The parts of the page that need more than buttons: dialogs, the article's sheet, files, what is saved or copied.
// Words are put in as text; HTML is fixed, or comes from the server, where it passed the allow-list.
(() => {
  const $ = (query, within = document) => within.querySelector(query);
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const house = () => $(".gradio-container") || document.body;

  // An element of our own fixed HTML.
  function made(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstChild;
  }

  // Asks for a yes, or, with `given`, for a line of text; what comes back is true or the line, else false.
  function confirmed(question, detail, yes, given) {
    const dialog = made('<dialog class="confirm"><h2></h2><p dir="auto"></p><div class="row"><button class="btn">Cancel</button><button class="btn primary"></button></div></dialog>');
    const words = $("p", dialog), [no, ok] = dialog.querySelectorAll("button"), field = document.createElement("input");
    $("h2", dialog).textContent = question;
    words.textContent = detail;
    ok.textContent = yes;
    if (given !== undefined) {
      field.value = given;
      field.maxLength = 200;
      field.setAttribute("aria-label", question);
      field.onkeydown = (e) => { if (e.key === "Enter") { e.preventDefault(); dialog.close("yes"); } };
      words.replaceChildren(field);
    }
    dialog.setAttribute("aria-label", question);
    house().append(dialog);
    return new Promise((resolve) => {
      no.onclick = () => dialog.close("no");
      ok.onclick = () => dialog.close("yes");
      dialog.onclose = () => { resolve(dialog.returnValue === "yes" && (given === undefined || field.value)); dialog.remove(); };
      dialog.showModal();
      if (given === undefined) no.focus();
      else field.select();
    });
  }

  function say(words) {
    const toast = made('<div class="toast" role="status"></div>');
    toast.textContent = words;
    ($("dialog[open]") || house()).append(toast);
    setTimeout(() => toast.remove(), 5000);
  }

  // Files: sent one after the other, then read together
  async function send(files, fire, upload) {
    window.rashomon.view("articles");
    const input = $("#files"), types = input.accept.split(","), drop = $(".drop"), words = $(".drop p");
    const before = words.textContent, sent = [], refused = [];
    drop.classList.add("busy");
    for (const [n, file] of [...files].entries()) {
      words.textContent = `Sending ${n + 1} of ${files.length}: ${file.name}`;
      const dot = file.name.lastIndexOf("."), type = dot < 0 ? "" : file.name.slice(dot).toLowerCase();
      const refuse = (reason) => refused.push({ name: file.name, reason });
      if (!types.includes(type)) { refuse("not a kind of file that can be read"); continue; }
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
    fire("upload", { files: sent, refused });
  }

  function add(element, fire, props, watch, upload) {
    const drop = $(".drop", element);
    $("#files", element).addEventListener("change", (e) => { if (e.target.files.length) send(e.target.files, fire, upload); });
    // Files can be dropped anywhere on the page.
    const over = (on) => (e) => {
      if (!e.dataTransfer.types.includes("Files")) return;
      e.preventDefault();
      drop.classList.toggle("over", on);
      document.body.classList.toggle("dropping", on);
    };
    document.addEventListener("dragover", over(true));
    document.addEventListener("dragleave", over(false));
    document.addEventListener("drop", (e) => { over(false)(e); if (e.dataTransfer.files.length) send(e.dataTransfer.files, fire, upload); });
  }

  // A sheet over the page: an article, which opens when the server puts it there, or the engines, which open at once and
  // stay closed once they were closed.
  const sheet = (kind, label, opens) => (element, fire, props, watch) => {
    const dialog = made(`<dialog class="${kind}" aria-label="${label}"><button class="btn icon close" data-act="closesheet" aria-label="Close">✕</button><div class="content" tabindex="0"></div></dialog>`), body = $(".content", dialog);
    dialog.first = props.value;
    element.append(dialog);
    dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });
    watch("value", () => {
      body.innerHTML = props.value || "";
      if (!props.value) return dialog.open && dialog.close();
      if (!dialog.open && !opens) return;
      if (!dialog.open) dialog.showModal();
      body.focus({ preventScroll: true });
      const mark = $("mark.current", body) || $("mark", body);
      if (mark) mark.scrollIntoView({ block: "center" });
      else body.scrollTop = 0;
    });
  };

  // What the server sends to be copied or saved
  function outbox(element, fire, props, watch) {
    watch("value", async () => {
      if (!props.value) return;
      const { text, name } = JSON.parse(props.value);
      if (!name) {
        try { await navigator.clipboard.writeText(text); say("Copied."); }
        catch { say("The browser did not allow copying."); }
        return;
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: name.endsWith("json") ? "application/json" : "text/markdown" }));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    });
  }

  function find(element, fire) {
    let waiting;
    element.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => fire("input", Object.fromEntries(new FormData($("form", element)))), 180);
    });
  }

  // What one asks here, and questions to start with, once they have been tried.
  function hints(element, fire, props, watch) {
    watch("value", () => {
      const place = $(".start .hints");
      if (place && props.value) place.innerHTML = props.value;
    });
  }

  const parts = { add, outbox, hints, reader: sheet("sheet", "Article", true), engine: sheet("card-dialog", "Engine", false), "find-box": find };
  window.rashomon = { $, made, still, confirmed, say, parts };
})();
