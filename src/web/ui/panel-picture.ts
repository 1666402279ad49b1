import { createContext, useContext, useEffect } from "react";

/** Draws what a panel shows. @returns a data URL of a PNG */
export type DrawPicture = () => string;

/** Where a chart tells its panel that it can be saved as a picture; undefined outside of panels. */
export const PanelPicture = createContext<((draw: DrawPicture | undefined) => void) | undefined>(undefined);

/**
 * Offers a picture to the panel around, for as long as there is one. Keep `draw` the same between two drawings.
 * @public charts call it
 */
export function usePicture(draw: DrawPicture | undefined): void {
  const offer = useContext(PanelPicture);
  useEffect(() => {
    if (offer === undefined || draw === undefined) return undefined;
    offer(draw);
    return () => offer(undefined);
  }, [offer, draw]);
}
