import type { Candidate } from "./Candidate";

export type FileInspection = { file: string, candidates: Array<Candidate>, chosen: string | null, vantages: Array<string>, problems: Array<ProblemView>, };
import type { ProblemView } from "./ProblemView";
