// With script the browser calls the Event API itself, as a page made from its OpenAPI document does: across origins, by the leave of CORS.
// Without, the page's own server does the same.

const { api, token } = document.body.dataset;
const problems = document.querySelector("#problems");
/** The part of the form about the waiting list, where the event has one. */
const waiting = document.querySelector("#waiting");

/** Calls an operation. What comes back is its answer, or an error whose `visible` text is meant for the visitor. */
async function call(path, body) {
  const url = `${api}${path}?emApplicationtoken=${encodeURIComponent(token)}`;
  // A body of JSON makes the browser ask first, which the Event API answers for the registered origin alone.
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(url, options);
  } catch {
    // The browser does not tell a script whether nobody answered or nobody let it read the answer.
    throw refusal(
      `The Event API did not answer this page's script. Either it is not running, or ${location.origin} is not the origin that its web application is registered for.`,
    );
  }
  const text = await answer.text();
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    throw refusal(`The Event API's answer cannot be read (status ${answer.status}).`);
  }
  if (answer.ok && told?.status !== "Error") return told;
  const message = told?.Message ?? told?.detail ?? told?.errorMessage ?? `status ${answer.status}`;
  const short = told?.errorCode === "EventCapacityReached";
  const instead = short && waiting ? " You can join the waiting list instead, below." : "";
  throw refusal(
    short
      ? `There are not enough places left. Nobody was registered.${instead} (${message})`
      : `The organizer's system says: ${message}`,
    short,
  );
}

/** An error that is meant for the visitor; `short` when it is about too few places. */
const refusal = (visible, short = false) => Object.assign(new Error(visible), { visible, short });
const segment = encodeURIComponent;

/** Says what is wrong, and puts the reader there. `faults` are texts, some with the field that they are about. */
function say(heading, faults) {
  for (const old of document.querySelectorAll(".fault")) old.remove();
  for (const field of document.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  problems.replaceChildren();
  problems.hidden = faults.length === 0;
  if (faults.length === 0) return;
  const list = document.createElement("ul");
  for (const { field, text } of faults) {
    const item = document.createElement("li");
    if (field) {
      item.append(Object.assign(document.createElement("a"), { href: `#${field.id}`, textContent: text }));
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", `${field.id}-fault`);
      const fault = Object.assign(document.createElement("p"), { className: "fault", id: `${field.id}-fault`, textContent: text });
      // What can be checked lies inside of its label; the fault belongs behind that.
      (field.type === "checkbox" ? field.closest("label") : field).after(fault);
    } else {
      item.textContent = text;
    }
    list.append(item);
  }
  problems.append(Object.assign(document.createElement("h2"), { textContent: heading }), list);
  problems.focus();
}

const rest = (left) => (left === 0 ? "sold out" : `${left} left`);

/** Whether nobody else can come, as far as passes and the count of registrations tell. */
const isFull = (event, passes, count) =>
  (event.isCapacityRestricted && count >= event.maxCapacity) ||
  (passes.length > 0 && passes.every((pass) => pass.numberOfPassesLeft === 0));

/** What there is to know of an event's places. */
async function places(id) {
  const path = `/events/${segment(id)}`;
  const [passes, count] = await Promise.all([call(`${path}/passes`), call(`${path}/registrations/count`)]);
  return { passes, count };
}

/** The list: how many places are left now. */
async function refreshList(cards) {
  const events = await call("/events/published");
  const known = new Map(events.map((event) => [event.readableEventId, event]));
  for (const card of cards) {
    const event = known.get(card.dataset.event);
    const full = card.querySelector(".full");
    if (!event) {
      full.textContent = "This event is not live any more.";
      full.hidden = false;
      continue;
    }
    const { passes, count } = await places(event.readableEventId);
    for (const pass of passes) {
      const left = card.querySelector(`[data-left="${CSS.escape(pass.passId)}"]`);
      if (left) left.textContent = rest(pass.numberOfPassesLeft);
    }
    full.hidden = !isFull(event, passes, count);
  }
}

const people = (form) => [...form.querySelectorAll("fieldset[data-person]")];

/** Whether everybody in the form wants to wait. */
const wait = () => waiting !== null && !waiting.hidden && waiting.querySelector("#waitlist").checked;

/** The form: which passes are left now. */
async function refreshForm(form) {
  const passes = await call(`/events/${segment(form.dataset.event)}/passes`);
  for (const pass of passes) {
    for (const option of form.querySelectorAll(`option[value="${CSS.escape(pass.passId)}"]`)) {
      option.textContent = `${option.dataset.name} (${rest(pass.numberOfPassesLeft)})`;
      option.toggleAttribute("data-gone", pass.numberOfPassesLeft === 0);
    }
  }
  settle(form);
}

/** Lets nobody choose what cannot be had: passes that are gone, unless one waits, and sessions that the chosen pass does not admit to. */
function settle(form) {
  for (const person of people(form)) {
    const select = person.querySelector('select[name^="pass-"]');
    if (select) {
      select.required = !wait();
      for (const option of select.options) {
        if (option.hasAttribute("data-gone")) option.disabled = !wait();
      }
    }
    const admitted = select?.selectedOptions[0]?.dataset.sessions?.split(" ").filter(Boolean) ?? [];
    for (const box of person.querySelectorAll("input[data-session]")) {
      box.disabled = box.hasAttribute("data-closed") || (admitted.length > 0 && !admitted.includes(box.value));
      if (box.disabled) box.checked = false;
    }
  }
}

/** What is wrong in the form, in the browser's own words behind the field's name. */
function faultsOf(form) {
  const several = people(form).length > 1;
  const label = (field, name, problem) => {
    const person = field.closest("fieldset[data-person]")?.dataset.person;
    return { field, text: `${name}${several && person ? ` of person ${person}` : ""}: ${problem}` };
  };
  return [...form.querySelectorAll("input, select, fieldset[data-required]")].flatMap((field) => {
    // No browser knows that one box of several has to be checked.
    if (field.localName === "fieldset") {
      if (field.querySelector(":checked")) return [];
      return [label(field.querySelector("input"), field.querySelector("legend").textContent, "please choose at least one.")];
    }
    if (field.type === "text" || field.type === "email") field.value = field.value.trim();
    if (field.validity.valid) return [];
    return [label(field, field.labels[0].textContent.replace(/ \(optional\)$/, ""), field.validationMessage)];
  });
}

/** What one person answered, question by question. */
function responsesOf(person) {
  return [...person.querySelectorAll("[data-question]")].flatMap((asked) => {
    const id = asked.dataset.question;
    if (asked.localName !== "fieldset") return asked.value ? [{ id, value: asked.value }] : [];
    const values = [...asked.querySelectorAll(":checked")].map((box) => box.value);
    return values.length > 0 ? [{ id, value: values.join(", "), values }] : [];
  });
}

/** Registers everybody in the form, or puts them on the waiting list, and leads on. */
async function register(form) {
  const waitlisted = wait();
  const autoRegister = waitlisted && form.elements.namedItem("automatic")?.checked;
  const attendees = people(form).map((person) => {
    const value = (name) => person.querySelector(`[name="${name}-${person.dataset.person}"]`)?.value;
    const passId = value("pass");
    const responses = responsesOf(person);
    const sessions = [...person.querySelectorAll("input[data-session]:checked")];
    return {
      firstName: value("first-name"),
      lastName: value("last-name"),
      email: value("email"),
      ...(passId ? { passId } : {}),
      ...(waitlisted ? { waitlisted } : {}),
      ...(autoRegister ? { autoRegister } : {}),
      ...(responses.length > 0 ? { responses } : {}),
      ...(sessions.length > 0 ? { attendeeSessions: sessions.map((box) => ({ sessionId: box.value, ...(box.hasAttribute("data-full") ? { waitlisted: true } : {}) })) } : {}),
    };
  });
  const event = form.dataset.event;
  const result = await call(`/events/${segment(event)}/registrations`, { attendees });
  // The documentation prints the name with a blank at its end.
  const link = result.redirectUrl ?? result["redirectUrl "];
  const note = new URLSearchParams({ event, people: attendees.length, ...(waitlisted ? { waiting: "yes" } : {}) });
  let target = new URL("/", location.href);
  if (link) {
    target = new URL(link);
    if (!["http:", "https:"].includes(target.protocol)) throw refusal(`The Event API's answer leads to no web page: ${link}`);
    note.set("purchase", target.searchParams.get("purchaseId") ?? "");
  }
  // A payment returns to the bare origin; the page's server reads from this who comes back.
  document.cookie = `payloop_registration=${note}; Path=/; SameSite=Lax`;
  location.assign(target);
}

const cards = document.querySelectorAll("article[data-event]");
const form = document.querySelector("form[data-event]");
const unseen = (error) => say("Places cannot be shown as they are now", [{ text: error.visible ?? String(error) }]);

if (cards.length > 0) refreshList(cards).catch(unseen);
if (form) {
  settle(form);
  form.addEventListener("change", () => settle(form));
  // What the page's server has just said stays.
  if (problems.hidden) refreshForm(form).catch(unseen);
  let busy = false;
  form.addEventListener("submit", async (event) => {
    // One person more or less is a matter of the page itself.
    if (event.submitter && event.submitter.value !== "register") return;
    event.preventDefault();
    if (busy) return;
    const faults = faultsOf(form);
    say("Please correct what is wrong", faults);
    if (faults.length > 0) return;
    busy = true;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    try {
      await register(form);
    } catch (error) {
      if (error.short && waiting) waiting.hidden = false;
      say("This did not work", [{ text: error.visible ?? String(error) }]);
      busy = false;
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
    }
  });
}
