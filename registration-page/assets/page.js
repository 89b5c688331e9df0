// With script the browser calls the Event API itself, as a page made from its OpenAPI document does: across origins, by the leave of CORS.
// Without, the page's own server does the same.

const { api, token } = document.body.dataset;
const problems = document.querySelector("#problems");

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
  throw refusal(
    told?.errorCode === "EventCapacityReached"
      ? `There are not enough places left. Nobody was registered. (${message})`
      : `The organizer's system says: ${message}`,
  );
}

const refusal = (visible) => Object.assign(new Error(visible), { visible });
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
      field.after(Object.assign(document.createElement("p"), { className: "fault", id: `${field.id}-fault`, textContent: text }));
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

/** The form: which passes are left now. */
async function refreshForm(form) {
  const passes = await call(`/events/${segment(form.dataset.event)}/passes`);
  for (const pass of passes) {
    for (const option of form.querySelectorAll(`option[value="${CSS.escape(pass.passId)}"]`)) {
      option.textContent = `${option.dataset.name} (${rest(pass.numberOfPassesLeft)})`;
      option.disabled = pass.numberOfPassesLeft === 0;
    }
  }
}

/** What is wrong in the form, in the browser's own words behind the field's name. */
function faultsOf(form) {
  const fields = [...form.querySelectorAll("input, select")];
  const several = form.querySelectorAll("fieldset").length > 1;
  for (const field of fields) {
    if (field.localName === "input") field.value = field.value.trim();
  }
  return fields
    .filter((field) => !field.validity.valid)
    .map((field) => {
      const whose = several ? ` of person ${field.id.split("-").at(-1)}` : "";
      return { field, text: `${field.labels[0].textContent}${whose}: ${field.validationMessage}` };
    });
}

/** Registers everybody in the form, and leads on. */
async function register(form) {
  const people = form.querySelectorAll("fieldset").length;
  const value = (name, number) => form.elements.namedItem(`${name}-${number}`)?.value;
  const attendees = Array.from({ length: people }, (_, index) => {
    const number = index + 1;
    const passId = value("pass", number);
    return {
      firstName: value("first-name", number),
      lastName: value("last-name", number),
      email: value("email", number),
      ...(passId ? { passId } : {}),
    };
  });
  const event = form.dataset.event;
  const result = await call(`/events/${segment(event)}/registrations`, { attendees });
  // The documentation prints the name with a blank at its end.
  const link = result.redirectUrl ?? result["redirectUrl "];
  const note = new URLSearchParams({ event, people });
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
      say("This did not work", [{ text: error.visible ?? String(error) }]);
      busy = false;
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
    }
  });
}
