// Requests byte by byte, also those that no client would send.
import net from "node:net";
import { localAddress } from "./client.js";
import { checkAnswer } from "./contract.js";

/**
 * Writes the pieces one after another and reads one answer. `cut` ends the sending side after them: the body stops there.
 * @returns {Promise<{status: number, headers: object, body: Buffer} | null>} null where the server closed without an answer
 */
export function speak(url, pieces, { cut = false, pause = 0 } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port: Number(port) || 80, host: hostname, localAddress });
    let received = Buffer.alloc(0);
    socket.on("error", (error) =>
      error.code === "ECONNRESET" || error.code === "EPIPE" ? socket.destroy() : reject(error),
    );
    socket.on("data", (piece) => {
      received = Buffer.concat([received, piece]);
      const answer = parse(received);
      if (!answer) return;
      socket.destroy();
      resolve(answer);
    });
    socket.on("close", () => resolve(parse(received, true)));
    socket.on("connect", async () => {
      for (const piece of pieces) {
        if (socket.destroyed) return;
        socket.write(piece);
        if (pause) await new Promise((next) => setTimeout(next, pause));
      }
      if (cut) socket.end();
    });
  });
}

/** The head of a request: `lines` are whole fields. */
export function head(method, path, lines = []) {
  return [`${method} ${path} HTTP/1.1`, "Host: localhost", ...lines, "", ""].join("\r\n");
}

/** Like speak, compared with the contract. */
export async function ask(url, method, path, lines, body = [], options) {
  const answer = await speak(url, [head(method, path, lines), ...body], options);
  if (answer) checkAnswer(method, path.split("?")[0], answer);
  return answer;
}

function parse(bytes, ended = false) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [first, ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(first.split(" ")[1]);
  if (status === 100) return parse(bytes.subarray(end + 4), ended);
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const body = bytes.subarray(end + 4);
  const length = Number(headers["content-length"] ?? 0);
  if (body.length < length && !ended) return null;
  return { status, headers, body: body.subarray(0, length) };
}
