// Talking to the server: JSON both ways, its words where it refuses.

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

async function answered(response) {
  const answer = response.headers.get("content-type")?.includes("json") ? await response.json() : {};
  if (!response.ok) throw new RefusedError(response.status, answer);
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
