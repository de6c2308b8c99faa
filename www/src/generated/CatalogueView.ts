import type { FactView } from "./FactView";
import type { ScenarioView } from "./ScenarioView";

export type CatalogueView = { scenarios: Array<ScenarioView>, facts: Array<FactView>, defaultScenario: string, };
