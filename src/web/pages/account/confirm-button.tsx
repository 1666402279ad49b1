import { useEffect, useState } from "react";

interface ConfirmButtonProps {
  readonly label: string;
  readonly text: string;
  /** What the second click does, in words. */
  readonly sure: string;
  readonly disabled?: boolean;
  readonly onConfirm: () => void;
}

const CALM_MS = 5000;

/** A button for what cannot be undone: the first click asks, the second one does it. */
export function ConfirmButton({ label, text, sure, disabled = false, onConfirm }: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    if (!isAsking) return undefined;
    const timer = setTimeout(() => setAsking(false), CALM_MS);
    return () => clearTimeout(timer);
  }, [isAsking]);
  return (
    <button
      type="button"
      className="button button-quiet"
      aria-label={isAsking ? `${sure}: ${label}` : label}
      disabled={disabled}
      onBlur={() => setAsking(false)}
      onClick={() => {
        setAsking(!isAsking);
        if (isAsking) onConfirm();
      }}
    >
      {isAsking ? `${sure}?` : text}
    </button>
  );
}
