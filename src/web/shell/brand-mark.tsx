/** A weir: water above the dam, water below it. */
export function BrandMark() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true" fill="none" strokeLinecap="round">
      <rect width="32" height="32" rx="7" fill="var(--brand)" />
      <path d="M5 11c3.7-3 7.3-3 11 0s7.3 3 11 0" stroke="var(--on-brand)" strokeWidth="2.6" />
      <path d="M5 18h22" stroke="var(--brand-dam)" strokeWidth="3" />
      <path d="M8 23v3M16 22v4M24 23v3" stroke="var(--on-brand)" strokeWidth="2.6" />
    </svg>
  );
}
