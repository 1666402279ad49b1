import type { Rect } from "./map-layout.ts";

/** What part of the map is seen: a point of the map is at `x + zoom * point` on the screen. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What boxes and edges are drawn for. Between two drawings the layer is only shifted and scaled. */
export interface CameraView {
  readonly drawn: Camera;
  readonly size: Size;
}

const LEAST_ZOOM = 0.04;
const MOST_ZOOM = 2.5;
const SETTLE_MS = 120;
const GLIDE_MS = 240;
const MARGIN = 20;
/** A click that went farther than this was a drag. */
const DRAG_PIXELS = 4;

/**
 * The camera over a map, moved by pointer and wheel. Moving it costs the browser a shifted layer; what is seen is drawn anew
 * when it rests.
 */
export class MapCamera {
  #view: CameraView = { drawn: { x: 0, y: 0, zoom: 1 }, size: { width: 0, height: 0 } };
  #now: Camera = this.#view.drawn;
  /** The zoom that the layer's elements have at this moment. */
  #layerZoom = 1;
  #layer: HTMLElement | undefined;
  #settle: number | undefined;
  #frame: number | undefined;
  #isDragged = false;
  #fitted: string | undefined;
  readonly #shown = new WeakSet<object>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly view = (): CameraView => this.#view;
  readonly now = (): Camera => this.#now;
  /** Whether what ends now was a drag. */
  readonly isDragged = (): boolean => this.#isDragged;

  /** Listens to pointer and wheel. @returns what ends it */
  attach(viewport: HTMLElement, layer: HTMLElement): () => void {
    this.#layer = layer;
    const end = new AbortController();
    const { signal } = end;
    let from: { x: number; y: number; camera: Camera } | undefined;
    viewport.addEventListener(
      "pointerdown",
      ({ button, clientX: x, clientY: y }) => {
        this.#isDragged = false;
        if (button === 0) from = { x, y, camera: this.#now };
      },
      { signal },
    );
    viewport.addEventListener(
      "pointermove",
      (event) => {
        if (from === undefined) return;
        const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
        if (!this.#isDragged && Math.hypot(dx, dy) < DRAG_PIXELS) return;
        if (!this.#isDragged) viewport.setPointerCapture(event.pointerId);
        this.#isDragged = true;
        this.move({ ...from.camera, x: from.camera.x + dx, y: from.camera.y + dy });
      },
      { signal },
    );
    for (const name of ["pointerup", "pointercancel"] as const)
      viewport.addEventListener(name, () => (from = undefined), { signal });
    viewport.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const around = viewport.getBoundingClientRect();
        const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016));
        this.zoomAt(factor, event.clientX - around.left, event.clientY - around.top);
      },
      { passive: false, signal },
    );
    const watcher = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      this.#set({ ...this.#view, size: { width, height } });
    });
    watcher.observe(viewport);
    return () => {
      end.abort();
      watcher.disconnect();
      clearTimeout(this.#settle);
      cancelAnimationFrame(this.#frame ?? 0);
    };
  }

  /** The layer's elements are there for this zoom: its scale starts from them. */
  layerDrawn(zoom: number): void {
    this.#layerZoom = zoom;
    this.#show();
  }

  move(next: Camera): void {
    cancelAnimationFrame(this.#frame ?? 0);
    this.#now = next;
    this.#show();
    clearTimeout(this.#settle);
    this.#settle = window.setTimeout(() => this.#draw(), SETTLE_MS);
  }

  /** Goes there in a quarter of a second, or at once where people want no motion. */
  glide(next: Camera): void {
    cancelAnimationFrame(this.#frame ?? 0);
    const [from, start] = [this.#now, performance.now()];
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = (at: number): void => {
      const part = isStill ? 1 : Math.min(1, Math.max(0, at - start) / GLIDE_MS);
      const eased = 1 - (1 - part) ** 3;
      this.#now = {
        x: from.x + (next.x - from.x) * eased,
        y: from.y + (next.y - from.y) * eased,
        zoom: from.zoom + (next.zoom - from.zoom) * eased,
      };
      this.#show();
      if (part < 1) this.#frame = requestAnimationFrame(step);
      else this.#draw();
    };
    this.#frame = requestAnimationFrame(step);
  }

  /** Zooms around a point of the screen, by default its middle. */
  zoomAt(factor: number, x = this.#view.size.width / 2, y = this.#view.size.height / 2): void {
    const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, this.#now.zoom * factor));
    const scale = zoom / this.#now.zoom;
    this.move({ x: x - (x - this.#now.x) * scale, y: y - (y - this.#now.y) * scale, zoom });
  }

  /** Shows a whole map, once for each key: what only changes its numbers leaves the camera alone. */
  fitOnce(key: string, whole: Size, seen: Size): void {
    if (this.#fitted === key || seen.width === 0 || whole.width === 0) return;
    const isFirst = this.#fitted === undefined;
    this.#fitted = key;
    if (!isFirst) return this.fit(whole);
    this.#now = this.#fitting({ x: 0, y: 0, ...whole });
    this.#draw();
  }

  fit(whole: Size): void {
    this.glide(this.#fitting({ x: 0, y: 0, ...whole }));
  }

  /** Brings what was found to the middle, large enough to be read; once for each finding. */
  showOnce(finding: object, rect: Rect, seen: Size): void {
    if (this.#shown.has(finding) || seen.width === 0) return;
    this.#shown.add(finding);
    this.showPlace(rect);
  }

  showPlace(rect: Rect): void {
    const { width, height } = this.#view.size;
    const most = Math.max(0.1, Math.min(width / rect.width, height / rect.height) * 0.8);
    this.glide(this.#centred(rect, Math.min(Math.max(this.#now.zoom, 0.8), most)));
  }

  /** Whether the beginning of a box is in sight. */
  isSeen({ x, y }: Rect): boolean {
    const { zoom, x: left, y: top } = this.#now;
    const { width, height } = this.#view.size;
    const [atX, atY] = [x * zoom + left, y * zoom + top];
    return atX >= 0 && atY >= 0 && atX + 40 <= width && atY + 20 <= height;
  }

  #fitting(rect: Rect): Camera {
    const { width, height } = this.#view.size;
    const zoom = Math.min((width - 2 * MARGIN) / rect.width, (height - 2 * MARGIN) / rect.height);
    return this.#centred(rect, Math.min(1.1, Math.max(LEAST_ZOOM, zoom)));
  }

  #centred(rect: Rect, zoom: number): Camera {
    const { width, height } = this.#view.size;
    return {
      x: width / 2 - (rect.x + rect.width / 2) * zoom,
      y: height / 2 - (rect.y + rect.height / 2) * zoom,
      zoom,
    };
  }

  #show(): void {
    const { x, y, zoom } = this.#now;
    if (this.#layer !== undefined)
      this.#layer.style.transform = `translate(${x}px, ${y}px) scale(${zoom / this.#layerZoom})`;
  }

  #draw(): void {
    clearTimeout(this.#settle);
    this.#set({ ...this.#view, drawn: this.#now });
  }

  #set(view: CameraView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}
