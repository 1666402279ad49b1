import { Component, type ReactNode } from "react";
import style from "./states.module.css";

interface BoundaryProps {
  /** What is drawn, as the address has it: another address tries anew. */
  readonly place: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly error?: unknown;
  readonly place?: string;
}

/** What browsers say when a piece of the page cannot be loaded. */
const NOT_LOADED = /dynamically imported module|Importing a module script failed|error loading|preload CSS/i;

/** Keeps the crash of a page to the page: says what it was, and what to do. A piece that is gone after an update is loaded anew. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override readonly state: BoundaryState = {};

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error };
  }

  static getDerivedStateFromProps({ place }: BoundaryProps, state: BoundaryState): BoundaryState | null {
    if (state.place === place) return null;
    return state.place === undefined ? { place } : { place, error: undefined };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const message = error instanceof Error ? error.message : JSON.stringify(error);
    const isMissing = NOT_LOADED.test(message);
    return (
      <div className={`${style["state"]} ${style["failed"]}`} role="alert">
        <strong>
          {isMissing ? "A part of this page could not be loaded." : "This page has a fault and cannot be drawn."}
        </strong>
        <div className={style["detail"]}>
          {isMissing
            ? "Weir may have been updated since this page was opened, or the server does not answer."
            : "The rest of Weir works. Going back, or another filter or time, may help; please report what stands below."}
        </div>
        {!isMissing && <pre className={style["place"]}>{message}</pre>}
        <div>
          <button type="button" className="button button-main" onClick={() => location.reload()}>
            Load the page again
          </button>{" "}
          {!isMissing && (
            <button type="button" className="button" onClick={() => this.setState({ error: undefined })}>
              Try again
            </button>
          )}
        </div>
      </div>
    );
  }
}
