// What the page asks of the server, and what the server tells it.

const asked = (path, body) => fetched(path, body === undefined ? {} : {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

// A file goes as it is, under the type that it has; what there is to say of it, in the query.
const uploaded = (path, file, query) => {
  const told = Object.entries(query).filter(([, value]) => value !== undefined);
  return fetched(`${path}?${new URLSearchParams(told)}`, { method: "POST", body: file });
};

async function fetched(path, options) {
  const response = await fetch(path, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || `The server answered ${response.status}.`);
  return answer;
}

const chatPath = (bot, person) => `/page/${bot}/chats/${person}`;

export const getState = () => asked("/page/state");
export const getChat = (bot, person) => asked(chatPath(bot, person));
export const addPerson = (first_name, language_code) =>
  asked("/page/people", { first_name, language_code });
export const say = (bot, person, text, reply_to) =>
  asked(`${chatPath(bot, person)}/messages`, { text, reply_to });
export const press = (bot, person, message_id, data) =>
  asked(`${chatPath(bot, person)}/presses`, { message_id, data });
export const shareLocation = (bot, person, latitude, longitude) =>
  asked(`${chatPath(bot, person)}/locations`, { latitude, longitude });
export const sendVoice = (bot, person, blob, duration, reply_to) =>
  uploaded(`${chatPath(bot, person)}/voices`, blob, { duration, reply_to });
export const sendFile = (bot, person, file, duration, reply_to) =>
  uploaded(`${chatPath(bot, person)}/files`, file, { name: file.name, duration, reply_to });
export const vote = (bot, person, message_id, option_ids) =>
  asked(`${chatPath(bot, person)}/votes`, { message_id, option_ids });
export const setBlocked = (bot, person, blocked) =>
  asked(`/dev/${bot}/chats/${person}/blocked`, { blocked });
export const setFaults = (faults) => asked("/dev/faults", faults);
export const takeOffer = (label) => asked("/dev/offers", { label });
export const fileUrl = (bot, fileId) => `/page/${bot}/files/${encodeURIComponent(fileId)}`;

// Calls back with every event, and whenever the line is up or down. The browser reconnects by itself.
export function listen(bot, onEvent, onLine) {
  const source = new EventSource(`/page/${bot}/events`);
  source.onopen = () => onLine(true);
  source.onerror = () => onLine(false);
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  return source;
}
