import type { Settings } from "../generated/Settings";
import { asCloud } from "./clouds";

export const DEFAULTS: Settings = { scenarios: [], regions: [], facts: {}, ip: "4" };

/** Settings as an address fragment. What was pasted is never part of it. */
export function toFragment(settings: Settings): string {
  const out = new URLSearchParams();
  for (const id of settings.scenarios) out.append("scenario", id);
  if (settings.cloud && settings.cloud !== "public") out.set("cloud", settings.cloud);
  for (const region of settings.regions) out.append("region", region);
  if (settings.source) out.set("source", settings.source);
  if (settings.vantage) out.set("vantage", settings.vantage);
  for (const [key, value] of Object.entries(settings.facts)) out.append("fact", `${key}=${value}`);
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

/** Reads a fragment; what it does not know is left at its default. */
export function fromFragment(fragment: string): Settings {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const settings: Settings = { ...DEFAULTS, scenarios: given.getAll("scenario"), regions: given.getAll("region"), facts: {} };
  for (const fact of given.getAll("fact")) {
    const at = fact.indexOf("=");
    if (at > 0) settings.facts[fact.slice(0, at)] = fact.slice(at + 1);
  }
  const cloud = asCloud(given.get("cloud"));
  if (cloud) settings.cloud = cloud;
  for (const key of ["source", "vantage", "dialect"] as const) {
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
