import type { Settings } from "../generated/Settings";
import { asCloud } from "./clouds";

export const DEFAULTS: Settings = { scenarios: [], regions: [], facts: {}, dns: {}, ip: "4" };

/** Settings as an address fragment. What was pasted is never part of it. */
export function toFragment(settings: Settings): string {
  const out = new URLSearchParams();
  for (const id of settings.scenarios) out.append("scenario", id);
  if (settings.cloud && settings.cloud !== "public") out.set("cloud", settings.cloud);
  for (const region of settings.regions) out.append("region", region);
  if (settings.source) out.set("source", settings.source);
  if (settings.vantage) out.set("vantage", settings.vantage);
  for (const [key, value] of Object.entries(settings.facts)) out.append("fact", `${key}=${value}`);
  for (const [names, answer] of Object.entries(settings.dns)) out.append("dns", `${names}=${answer}`);
  if (settings.time) out.set("time", settings.time);
  if (settings.dialect) out.set("dialect", settings.dialect);
  if (settings.polarity) out.set("polarity", settings.polarity);
  if (settings.ip !== "4") out.set("ip", settings.ip);
  if (settings.maxPrefixes) out.set("max-prefixes", String(settings.maxPrefixes));
  return out.toString();
}

/** A positive whole number; anything else is none. */
export function asCount(text: string | null): number | undefined {
  return text && /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : undefined;
}

/** One statement a line: names, `=` or a blank, and addresses. What is missing is left for the engine to tell. */
export function asAnswers(text: string): Record<string, string> {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => {
    const [names = "", ...answer] = line.split(/\s*=\s*|\s+/);
    return [names, answer.join(" ")];
  }));
}

/** Each text is split at its first `=`; one without is left out, as is one without a key. */
function pairs(texts: string[]): Record<string, string> {
  const split = (text: string) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)] as const;
  return Object.fromEntries(texts.filter((text) => text.indexOf("=") > 0).map(split));
}

/** Reads a fragment; what it does not know is left at its default. */
export function fromFragment(fragment: string): Settings {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const settings: Settings = { ...DEFAULTS, scenarios: given.getAll("scenario"), regions: given.getAll("region") };
  settings.facts = pairs(given.getAll("fact"));
  settings.dns = pairs(given.getAll("dns"));
  const cloud = asCloud(given.get("cloud"));
  if (cloud) settings.cloud = cloud;
  for (const key of ["source", "vantage", "dialect", "time"] as const) {
    const value = given.get(key);
    if (value) settings[key] = value;
  }
  const polarity = given.get("polarity");
  if (polarity === "allow" || polarity === "block") settings.polarity = polarity;
  const ip = given.get("ip");
  if (ip === "6" || ip === "both") settings.ip = ip;
  const most = asCount(given.get("max-prefixes"));
  if (most) settings.maxPrefixes = most;
  return settings;
}
