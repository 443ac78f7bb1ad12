import { Moment } from '../parts/index.ts';
import type { ScopeMessage } from '../scope-api.ts';

/** What was said of the scope and its deployments, the newest first; new ones are read out. */
export function MessagesPanel({ messages }: { messages: readonly ScopeMessage[] }) {
  return (
    <section class="panel part" aria-labelledby="messages-title">
      <h2 id="messages-title">Messages</h2>
      <div
        class="messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys; not every browser sees to it
        tabIndex={0}
        role="log"
        aria-label="Messages"
      >
        <ol>
          {[...messages].reverse().map((message) => (
            <li key={message.id} class={`message-${message.level.toLowerCase()}`}>
              <Moment at={message.at} />
              <span>
                {message.level === 'ERROR' && <strong>Error: </strong>}
                {message.level === 'WARNING' && <strong>Warning: </strong>}
                {message.message}
              </span>
            </li>
          ))}
        </ol>
        {messages.length === 0 && <p class="soft">Nothing was said yet.</p>}
      </div>
    </section>
  );
}
