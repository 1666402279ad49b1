import type { DecodeOutput } from "../decode-output.ts";
import type { ObjectContext } from "../decoder.ts";
import { readKey, type KeyFacts } from "./aws-key.ts";
import { compileLayout, readHeader, splitTokens, type AwsLayout } from "./aws-layout.ts";
import { byFit, candidateLayouts, type CandidateLayouts } from "./choose-layout.ts";
import { LineTarget } from "./line-target.ts";
import { isNoRecord, LINE_LIMIT, stops, type Stop } from "./line-words.ts";
import { readLines } from "./read-lines.ts";
import { logTypeOf, placeEvents, RowRun, type EnvelopeFacts, type LinePlace } from "./row-run.ts";
import { NamedLayouts, readJsonLine, type EventContent, type NamedRecord } from "./named-record.ts";
import { parseIsoTime } from "./slow-values.ts";

const LF = 0x0a;
/** Bytes between two looks at the size of the output's texts. */
const CHECK_BYTES = 131_072;
/** Layouts that are bound to the batch at once: their names are somebody's. */
const MOST_TARGETS = 100;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a line turned out to be: a record (counted, however it went), a header, or nothing to count. */
export type LineResult = "record" | "header" | "none";

/**
 * Decodes lines of AWS flow logs into an output: keeps the layout in force and finds out what the lines are that are not
 * plainly records of it. Shared by text objects and by the messages of JSON envelopes.
 */
export class AwsLineDecoder {
  /** Lines that were read; the position of the next one follows it. */
  line = 0;
  /** Number of the JSON record whose events are read, and of the event before the first; positions of lines count from it. */
  event: LinePlace | undefined;
  /** The layout in force; undefined until a line or the configuration tells. */
  layout: AwsLayout | undefined;
  /** Whether lines begin with a time. */
  isPrefixed = false;
  readonly #output: DecodeOutput;
  readonly #facts: KeyFacts;
  readonly #run: RowRun;
  readonly #objectMicros: number;
  readonly #candidates: CandidateLayouts;
  readonly #prefixed = new Map<AwsLayout, AwsLayout>();
  readonly #named = new NamedLayouts();
  readonly #targets = new Map<AwsLayout, LineTarget>();
  #boundCapacity = 0;
  #releasedRows = 0;

  constructor(context: ObjectContext, output: DecodeOutput) {
    this.#output = output;
    this.#facts = { ...context.hints, ...readKey(context.key) };
    const named = this.#facts.timeMicros;
    this.#objectMicros = named !== undefined && output.isTimeInRange(named) ? named : context.modifiedMicros;
    this.#run = new RowRun(output, context.objectId, this.#facts);
    this.#candidates = candidateLayouts(context, this.#facts, output);
    this.layout = this.#candidates.first;
  }

  /**
   * Decodes the complete lines of `bytes[from, to)`; `bytes[to - 1]` is a line feed.
   * @returns the offset behind the last line read: less than `to` only when the output is full
   */
  readLines(bytes: Uint8Array, from: number, to: number): number {
    const { flows, malformed, coverage } = this.#output;
    let at = from;
    let checkAt = from + CHECK_BYTES;
    while (at < to) {
      const rows = Math.max(flows.rows, malformed.rows, coverage.rows);
      if ((rows >= flows.capacity || at >= checkAt) && this.event === undefined && this.#output.isFull) break;
      if (at >= checkAt) checkAt = at + CHECK_BYTES;
      const target = this.#usualTarget();
      let stop: Stop = stops.unusual;
      if (target) {
        this.#run.open(target);
        target.line = this.line;
        stop = readLines(target, bytes, at, to, checkAt);
        at = target.at;
        this.line = target.line;
        this.#run.advance();
      }
      if (target && stop === stops.coverage) this.#run.addCoverage(target);
      if (stop !== stops.unusual) continue;
      target?.discard();
      const end = bytes.indexOf(LF, at);
      this.line++;
      if (this.readLine(bytes.subarray(at, end), this.#place()) === "header" && this.event)
        this.#output.count("control");
      at = end + 1;
    }
    return at;
  }

  /** What lines are read as unseen; undefined: each is looked at. */
  #usualTarget(): LineTarget | undefined {
    const { layout } = this;
    if (layout?.isChecked !== true || this.#candidates.contested.has(layout.names.length)) return undefined;
    return this.#targetOf(layout, this.isPrefixed);
  }

  /** Where the line is that was read last. */
  #place(): LinePlace {
    const { event, line } = this;
    return event ? { ...event, subPosition: event.subPosition + line } : { position: line, subPosition: 0 };
  }

  /** To be called when other bytes follow than before: recent values are remembered by their place in them. */
  forgetValues(): void {
    for (const target of this.#targets.values()) target.forgetValues();
  }

  /**
   * Decodes the events of one JSON record; empty lines are not counted.
   * @param times when each event was logged, microseconds; -1: unknown
   * @param before the record, and the number of the event before the first
   */
  readEvents(events: readonly EventContent[], times: Float64Array, before: LinePlace): void {
    const { flows, coverage } = this.#output;
    flows.reserve(times.length);
    const [firstFlow, firstCoverage] = [flows.rows, coverage.rows];
    this.line = 0;
    this.event = before;
    const lines: string[] = [];
    for (const event of events) {
      if (typeof event === "string") lines.push(event);
      else {
        this.#readEventLines(lines.splice(0));
        this.line++;
        this.readNamed(event, this.#place());
      }
    }
    this.#readEventLines(lines);
    this.event = undefined;
    placeEvents(flows, firstFlow, times, before);
    placeEvents(coverage, firstCoverage, times, before);
  }

  #readEventLines(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.forgetValues();
    const bytes = encoder.encode(`${lines.join("\n")}\n`);
    this.readLines(bytes, 0, bytes.length);
  }

  /** Tells what the envelope says about the lines to come. */
  enterEnvelope(facts: EnvelopeFacts): void {
    this.#run.enterEnvelope(facts);
  }

  /** Completes the rows so far. To be called before the batches are read or emptied, or other bytes follow. */
  release(): void {
    this.#run.close();
    this.#releasedRows = this.#output.flows.rows;
  }

  /**
   * To be called after a release by a reader that has the output for itself: columns stay bound unless the batch was emptied.
   */
  resume(): void {
    const { rows } = this.#output.flows;
    if (rows === 0 || rows !== this.#releasedRows) this.unbind();
    this.forgetValues();
  }

  /** Lets go of the batch's columns: their codes mean nothing once it was emptied. */
  unbind(): void {
    this.#targets.clear();
  }

  /** Decodes one line, without its line feed, whatever it is. */
  readLine(line: Uint8Array, place: LinePlace): LineResult {
    if (line.length > LINE_LIMIT) return this.#refuseLongLine(line, place);
    const text = decoder.decode(line).trim();
    if (isNoRecord(text)) return "none";
    if (text.startsWith("{")) return this.#readJson(text, place);
    const tokens = splitTokens(text);
    const names = readHeader(tokens);
    if (names) {
      this.layout = compileLayout(names, "header");
      this.isPrefixed = false;
      if (this.#facts.flowLogId !== undefined)
        this.#output.report.learnedFormats[this.#facts.flowLogId] = names.join(" ");
      return "header";
    }
    const reason = this.#readRecord(tokens);
    if (reason !== undefined) this.refuse(place, reason, line);
    return "record";
  }

  /** The beginning of a line whose rest is lost. */
  readCutLine(line: Uint8Array): void {
    this.line++;
    if (!isNoRecord(decoder.decode(line)))
      this.refuse({ position: this.line, subPosition: 0 }, "truncated-record", line);
  }

  /** Counts a record as malformed. */
  refuse(place: LinePlace, reason: string, text: Uint8Array | string): void {
    const logType = this.layout && logTypeOf(this.layout);
    this.#output.addMalformed(place.position, place.subPosition, reason, text, logType);
  }

  /** Only the beginning of such a line may be at hand; comments are no records at any length. */
  #refuseLongLine(line: Uint8Array, place: LinePlace): LineResult {
    if (line.subarray(0, LINE_LIMIT).find((byte) => byte > 0x20) === 0x23) return "none";
    this.refuse(place, "line-too-long", line.subarray(0, 2048));
    return "record";
  }

  /** A line of JSON among lines of text, as Firehose writes them. */
  #readJson(text: string, place: LinePlace): LineResult {
    const content = readJsonLine(text);
    if (typeof content === "object") this.readNamed(content, place);
    else if (content === undefined || isNoRecord(content)) this.refuse(place, "json-without-message", text);
    else if (this.readLine(encoder.encode(content), place) === "header") this.#output.count("control");
    return "record";
  }

  /** Decodes a record whose fields are told by name; the layout in force stays. */
  readNamed(record: NamedRecord, place: LinePlace): void {
    if (this.event === undefined) this.line = place.position;
    const failed = this.#readAs(this.#named.of(record), false, record.tokens);
    if (failed !== undefined) this.refuse(place, failed, record.text);
  }

  /** Tries the layouts that the line may have, the one in force first. @returns why none fits */
  #readRecord(tokens: readonly string[]): string | undefined {
    const comment = tokens.findIndex((token, index) => index > 0 && token.startsWith("#"));
    const attempts = comment < 0 ? [tokens] : [tokens, tokens.slice(0, comment)];
    const { all } = this.#candidates;
    const layouts = this.layout === undefined ? all : new Set([this.layout, ...all]);
    let reason: string | undefined;
    for (const attempt of attempts) {
      const isPrefixed = parseIsoTime(attempt[0] ?? "") !== undefined;
      const fields = isPrefixed ? attempt.slice(1) : attempt;
      for (const layout of byFit(layouts, fields)) {
        if (layout.version !== 0 && fields[0] !== String(layout.version)) continue;
        const failed = this.#readAs(layout, isPrefixed, attempt);
        if (failed === undefined) {
          this.layout = layout;
          this.isPrefixed = isPrefixed;
          return undefined;
        }
        reason ??= failed;
      }
    }
    return reason ?? this.#misfit(tokens);
  }

  #misfit(tokens: readonly string[]): string {
    const fields = parseIsoTime(tokens[0] ?? "") === undefined ? tokens : tokens.slice(1);
    const { layout } = this;
    if (layout && (layout.version === 0 || fields[0] === String(layout.version))) return "token-count";
    this.#output.addNote(
      "format-unknown",
      `A line has ${fields.length} fields and nothing tells which they are: give --log-format '\${version} \${account-id} …' ` +
        "as the flow log defines it, or ingest an object that begins with a header line first.",
    );
    return "format-unknown";
  }

  /** @returns why the line is no record of the layout; undefined when it was one and its row is there */
  #readAs(layout: AwsLayout, isPrefixed: boolean, tokens: readonly string[]): string | undefined {
    const { flows } = this.#output;
    if (flows.rows >= flows.capacity) flows.reserve(1);
    const target = this.#targetOf(layout, isPrefixed);
    const bytes = encoder.encode(`${tokens.join(" ")}\n`);
    this.#run.open(target);
    target.line = this.line - 1;
    // Before and after: these are other bytes.
    target.forgetValues();
    const stop = readLines(target, bytes, 0, bytes.length, bytes.length);
    target.forgetValues();
    if (stop === stops.unusual) {
      target.discard();
      return target.isOutOfTime ? "time-out-of-range" : `bad-${target.fieldName(target.failed)}`;
    }
    if (stop === stops.coverage) this.#run.addCoverage(target);
    this.#run.advance();
    return undefined;
  }

  #targetOf(layout: AwsLayout, isPrefixed: boolean): LineTarget {
    const { capacity } = this.#output.flows;
    if (capacity !== this.#boundCapacity || this.#targets.size >= MOST_TARGETS) {
      // The batch has grown: its arrays are others.
      this.#run.close();
      this.#targets.clear();
      this.#boundCapacity = capacity;
    }
    const wanted = isPrefixed ? this.#withPrefix(layout) : layout;
    const target = this.#targets.get(wanted) ?? new LineTarget(wanted, this.#output, this.#objectMicros);
    this.#targets.set(wanted, target);
    return target;
  }

  #withPrefix(layout: AwsLayout): AwsLayout {
    const prefixed = this.#prefixed.get(layout) ?? compileLayout(layout.names, layout.origin, true);
    this.#prefixed.set(layout, prefixed);
    return prefixed;
  }
}
