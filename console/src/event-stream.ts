import { open, Problem } from './request.ts';

/** One message of an event stream. */
interface StreamEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/**
 * Reads a stream of server-sent events of the native API: the data of the events named `name`, until the event `end`.
 * Unlike EventSource it throws a Problem that says why the server refused, or that the stream broke off, and it leaves
 * the reconnecting to its caller, who knows where to go on.
 */
export async function* eventStream(path: string, name: string, signal: AbortSignal): AsyncGenerator<unknown> {
  const response = await open('GET', path, undefined, signal);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const parser = createEventParser();
  try {
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error('The stream ended early');
      for (const { event, data } of parser(value)) {
        if (event === 'end') return;
        if (event === name) yield JSON.parse(data);
      }
    }
  } catch (error) {
    if (signal.aborted || error instanceof Problem) throw error;
    throw new Problem(0, 'unreachable', 'The connection to the server broke off.');
  } finally {
    reader?.cancel().catch(() => {});
  }
}

/** A parser of the event stream format: takes text cut anywhere, answers the events that it completed. */
export function createEventParser(): (text: string) => StreamEvent[] {
  let buffer = '';
  let event = '';
  let id = '';
  let data: string[] = [];
  return (text) => {
    const events: StreamEvent[] = [];
    buffer += text;
    const lines = buffer.split(/\r\n|\n|\r(?!$)/);
    buffer = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) events.push({ event: event || 'message', data: data.join('\n'), id });
        event = '';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'data') data.push(value);
      else if (field === 'event') event = value;
      else if (field === 'id') id = value;
    }
    return events;
  };
}
