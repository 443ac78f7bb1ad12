import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';

interface DropZoneProps {
  readonly folder: string;
  readonly drop: (files: readonly File[]) => void;
  readonly children: ComponentChildren;
}

/** Takes files that are dragged from the desktop, and says so while they hang over the page. */
export function DropZone({ folder, drop, children }: DropZoneProps) {
  const [isOver, setIsOver] = useState(false);
  // Every child that is entered and left tells its parents too: only the outermost leaving counts.
  const depth = useRef(0);
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
  const end = () => {
    depth.current = 0;
    setIsOver(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way to what the button does
    <div
      class="drop-zone"
      onDragEnter={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.current += 1;
        setIsOver(true);
      }}
      onDragLeave={(event) => {
        if (!hasFiles(event)) return;
        depth.current -= 1;
        if (depth.current <= 0) end();
      }}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        end();
        drop([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      {children}
      {isOver && (
        <div class="drop-hint" aria-hidden="true">
          <p>
            Drop to upload to <strong>{folder}</strong>
          </p>
        </div>
      )}
    </div>
  );
}
