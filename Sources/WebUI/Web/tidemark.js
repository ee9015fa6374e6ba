// Makes pages live and reachable by keys. Without it every page says the same, once.
"use strict";

const pause = 2000;
const quiet = 30000;

// Live parts: when something happens, the page is fetched again and its live parts are put in place of the old ones.

const live = {
    source: null,
    due: null,
    busy: false,
    last: Date.now(),

    parts() {
        return [...document.querySelectorAll("[data-live][id], [data-live-until-there][id]")];
    },

    say(text, away) {
        const place = document.getElementById("live");
        if (!place) return;
        place.hidden = false;
        place.classList.toggle("away", away);
        if (place.textContent !== text) place.textContent = text;
    },

    start() {
        if (this.parts().length === 0 || this.source || document.hidden) return;
        this.source = new EventSource("/live/events");
        this.source.onopen = () => this.say("● live", false);
        this.source.onerror = () => {
            this.say("✕ not live: reconnecting", true);
            // Closed for good: somebody has to look whether the session still is.
            if (this.source && this.source.readyState === EventSource.CLOSED) {
                this.stop();
                setTimeout(() => { this.refresh(); this.start(); }, 5000);
            }
        };
        this.source.addEventListener("event", () => this.soon());
    },

    stop() {
        if (this.source) this.source.close();
        this.source = null;
    },

    // Not more often than every two seconds, however much happens, and not all tabs at once.
    soon() {
        if (this.due) return;
        const wait = Math.max(200, this.last + pause - Date.now()) + Math.random() * 500;
        this.due = setTimeout(() => { this.due = null; this.refresh(); }, wait);
    },

    isInUse(part) {
        const selection = document.getSelection();
        const focus = document.activeElement;
        return (selection && !selection.isCollapsed && part.contains(selection.anchorNode))
            || (focus && part.contains(focus) && focus.matches("input, select, textarea"))
            || part.querySelector("input:checked, details.confirm[open]");
    },

    async refresh() {
        if (this.busy || document.hidden) return;
        this.busy = true;
        this.last = Date.now();
        try {
            const addresses = new Map();
            for (const part of this.parts()) {
                const address = part.dataset.live || location.href;
                addresses.set(address, [...(addresses.get(address) || []), part]);
            }
            for (const [address, parts] of addresses) await this.replace(address, parts);
        } catch {
            this.say("✕ not live: the node does not answer", true);
        } finally {
            this.busy = false;
        }
    },

    async replace(address, parts) {
        const answer = await fetch(address, { credentials: "same-origin" });
        if (answer.redirected && new URL(answer.url).pathname === "/sign-in") return location.reload();
        if (!answer.ok) throw new Error(answer.status);
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of parts) {
            const other = fresh.getElementById(part.id);
            if (!other || this.isInUse(part) || other.innerHTML === part.innerHTML) continue;
            if (part.matches("[data-live-until-there]") && part.childElementCount > 0) continue;
            const open = [...part.querySelectorAll("details")].map((details) => details.open);
            const focus = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
            part.replaceChildren(...other.childNodes);
            part.querySelectorAll("details").forEach((details, index) => { details.open = open[index] || false; });
            if (part.matches("[data-live-until-there]")) followLog();
            countMarks();
            if (focus) [...part.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === focus)?.focus();
        }
        if (this.source) this.say("● live", false);
    },
};

document.addEventListener("visibilitychange", () => {
    if (document.hidden) return live.stop();
    live.start();
    live.soon();
});
// Steps and their output are no events: a deployment under way is asked for again all the same.
const isUnderWay = () => document.querySelector("#deployment .head .busy") !== null;
setInterval(() => { if (Date.now() - live.last > (isUnderWay() ? 3000 : quiet)) live.refresh(); }, 1000);
live.start();

// A log that is followed.

const most = 2000000;
function followLog() {
    const log = document.querySelector("[data-follow]");
    if (!log) return;
    const follow = document.getElementById("follow");
    follow.closest("label").hidden = false;
    const down = () => { if (follow.checked) log.scrollTop = log.scrollHeight; };
    const source = new EventSource(log.dataset.follow);
    source.addEventListener("log", (event) => {
        log.append(JSON.parse(event.data).text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e]/g, "\ufffd"));
        while (log.textContent.length > most && log.childNodes.length > 1) log.firstChild.remove();
        down();
    });
    source.addEventListener("end", () => source.close());
    follow.addEventListener("change", down);
    down();
}
followLog();

// The line to paste on a machine.

for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.querySelector("pre.command").textContent);
        button.textContent = "Copied";
    });
}

// A filter that is chosen is applied at once.

for (const choice of document.querySelectorAll("form.filter select")) {
    choice.addEventListener("change", () => choice.form.requestSubmit());
}

// Parts of a filter that say nothing stay out of the address.

for (const form of document.querySelectorAll("form.filter")) {
    form.addEventListener("formdata", (event) => {
        for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
    });
}

// A form that says what it would do while it is filled in.

for (const form of document.querySelectorAll("form[data-preview]")) {
    form.querySelectorAll("[data-without-script]").forEach((button) => { button.hidden = true; });
    let due = null;
    let latest = 0;
    const preview = async () => {
        const asked = ++latest;
        const fields = new FormData(form);
        fields.delete("token_of_form");
        const answer = await fetch(`${form.dataset.previewFrom}?${new URLSearchParams(fields)}`, { credentials: "same-origin" });
        if (asked !== latest || !answer.ok) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        const part = document.getElementById(form.dataset.preview);
        part.replaceChildren(...fresh.getElementById(part.id).childNodes);
    };
    form.addEventListener("input", () => { clearTimeout(due); due = setTimeout(preview, 300); });
}

// Many rows are marked at once, and it is said how many are. Rows come and go, so the document listens.

const marks = () => [...document.querySelectorAll("form.bulk td.tick input")];
function countMarks() {
    const count = marks().filter((mark) => mark.checked).length;
    document.querySelectorAll("[data-count]").forEach((place) => {
        place.textContent = count === 0 ? "those that are marked" : `${count} marked`;
    });
    document.querySelectorAll("[data-all]").forEach((part) => { part.hidden = false; });
}
document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-all]")) for (const mark of marks()) mark.checked = event.target.checked;
    if (event.target.closest("form.bulk")) countMarks();
});
countMarks();

// Keys: / searches, ? helps, g and a letter goes to a page.

let going = 0;
document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog")) {
        if (event.key === "Escape" && event.target.matches("input")) event.target.blur();
        return;
    }
    const help = document.getElementById("help");
    if (event.key === "/") {
        const field = document.querySelector("[data-search]");
        if (field) { event.preventDefault(); field.focus(); field.select(); }
    } else if (event.key === "?") {
        event.preventDefault();
        help.showModal();
    } else if (event.key === "g") {
        going = Date.now();
        return;
    } else if (Date.now() - going < 1500) {
        document.querySelector(`nav [data-key="${CSS.escape(event.key)}"]`)?.click();
    }
    going = 0;
});
