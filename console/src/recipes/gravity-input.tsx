import { useId } from 'preact/hooks';

const places: Readonly<Record<string, string>> = {
  NorthWest: 'Top left',
  North: 'Top',
  NorthEast: 'Top right',
  West: 'Left',
  Center: 'Centre',
  East: 'Right',
  SouthWest: 'Bottom left',
  South: 'Bottom',
  SouthEast: 'Bottom right',
};

interface GravityInputProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
}

/** One of nine places of a picture, chosen where it lies; the arrow keys walk, as in every group of radio buttons. */
export function GravityInput({ label, value, set }: GravityInputProps) {
  const name = useId();
  return (
    <fieldset class="gravity">
      <legend>
        {label} <span class="soft">{places[value]}</span>
      </legend>
      <div class="gravity-places">
        {Object.entries(places).map(([place, words]) => (
          <label key={place} title={words}>
            <input
              type="radio"
              name={name}
              value={place}
              checked={value === place}
              onChange={() => set(place)}
            />
            <span class="unseen">{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
