import type { Cloud } from "../generated/Cloud";

/** Azure's clouds, and the file in which Microsoft publishes the ranges of each. */
export const CLOUDS = [
  { id: "public", title: "Public", file: "ServiceTags_Public_YYYYMMDD.json", download: 56519 },
  { id: "usgov", title: "US Government", file: "ServiceTags_AzureGovernment_YYYYMMDD.json", download: 57063 },
  { id: "china", title: "China", file: "ServiceTags_China_YYYYMMDD.json", download: 57062 },
] as const;

export function downloadPage(id: number): string {
  return `https://www.microsoft.com/download/details.aspx?id=${id}`;
}

export function asCloud(text: string | null): Cloud | undefined {
  return CLOUDS.find(({ id }) => id === text)?.id;
}
