import type { DialectInfo } from "./DialectInfo";

export type FormatInfo = { id: string, title: string, howToExport: string, dialects: Array<DialectInfo>, };
