import { useEffect, useId, useRef, useState } from 'preact/hooks';

interface Field {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
}

interface WordsField extends Field {
  readonly placeholder: string;
  readonly suggestions?: readonly string[];
}

/** A search field that speaks when the typing pauses. */
export function Words({ label, value, set, placeholder, suggestions }: WordsField) {
  const list = useId();
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const newest = useRef(set);
  newest.current = set;
  useEffect(() => {
    // While somebody types, what they type stands, not what the address says of a moment ago.
    if (timer.current === undefined) setTyped(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      newest.current(text);
    }, 300);
  };
  return (
    <label class="field">
      {label}
      <input
        class="input"
        type="search"
        value={typed}
        placeholder={placeholder}
        autocomplete="off"
        {...(suggestions === undefined ? {} : { list })}
        onInput={({ currentTarget }) => type(currentTarget.value)}
      />
      {suggestions !== undefined && (
        <datalist id={list}>
          {suggestions.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      )}
    </label>
  );
}

/** One of some options: value → words. */
export function Choice({
  label,
  value,
  set,
  options,
}: Field & { options: Readonly<Record<string, string>> }) {
  return (
    <label class="field">
      {label}
      <select class="input" value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
        {Object.entries(options).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A day, as `YYYY-MM-DD`. */
export function Day({ label, value, set }: Field) {
  return (
    <label class="field">
      {label}
      <input
        class="input"
        type="date"
        value={value}
        onChange={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  );
}
