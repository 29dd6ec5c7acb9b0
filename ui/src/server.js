// Talking to the server: JSON both ways, its words where it refuses.

import { t } from "./words.js";

export class RefusedError extends Error {
  constructor(status, answer) {
    super(answer.message ?? String(status));
    this.status = status;
    this.answer = answer;
  }
}

function token() {
  return document.querySelector("meta[name=csrf]")?.content ?? "";
}

// Anything but JSON is a page, as when the session has ended: nothing was saved then.
async function answered(response) {
  const isAnswer = response.headers.get("content-type")?.includes("json");
  const answer = isAnswer ? await response.json() : { message: t("sign_in_again") };
  if (!response.ok || !isAnswer) throw new RefusedError(response.status, answer);
  return answer;
}

export async function read(place) {
  return answered(await fetch(place, { headers: { Accept: "application/json" } }));
}

export async function post(place, body) {
  return answered(
    await fetch(place, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token() },
      body: JSON.stringify(body),
    }),
  );
}
