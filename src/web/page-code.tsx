import { lazy, type ComponentType } from "react";

type PageModule = Promise<{ readonly default: ComponentType }>;

/** A page whose code comes when it is needed. */
export interface PageCode {
  readonly Page: ComponentType;
  /** Gets the code early; never fails: drawing the page tries again and says what is wrong. */
  readonly prepare: () => Promise<void>;
}

/**
 * A page that is drawn at once when its code is there. `lazy` alone would show its fallback even then, and React shows no fallback
 * for less than 0.3 s.
 */
export function pageCode(load: () => PageModule): PageCode {
  let Loaded: ComponentType | undefined;
  const get = async (): PageModule => {
    const module = await load();
    Loaded = module.default;
    return module;
  };
  const Later = lazy(get);
  return {
    Page: () => (Loaded === undefined ? <Later /> : <Loaded />),
    prepare: async () => {
      await get().catch(() => undefined);
    },
  };
}
