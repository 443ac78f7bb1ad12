import { useEffect, useState } from 'preact/hooks';
import { copy } from '../copy.ts';

/** A button that copies; `text` is asked for when it is pressed. Says that it did, also to those who only listen. */
export function CopyButton({ text, label, name }: { text: () => string; label: string; name?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), 2500);
    return () => clearTimeout(timer);
  }, [outcome]);
  const said = outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Select and copy by hand' : '';
  return (
    <button
      type="button"
      class="button small copy-button"
      onClick={async () => setOutcome((await copy(text())) ? 'copied' : 'refused')}
    >
      <span aria-hidden={said !== ''}>{said === '' ? label : said}</span>
      {name !== undefined && <span class="unseen"> {name}</span>}
      <span class="unseen" role="status">
        {said}
      </span>
    </button>
  );
}

/** One line for a shell, with a button that copies it. */
export function CopyLine({ line, name }: { line: string; name: string }) {
  return (
    <div class="copy-line">
      <code>{line}</code>
      <CopyButton text={() => line} label="Copy" name={name} />
    </div>
  );
}
