import { openCall } from './call.ts';
import type { Company } from './company.ts';
import { faultAnswer, GraphFault } from './graph-fault.ts';
import { route } from './routes/route.ts';
import type { EngineSetting, GraphAnswer, GraphChange, GraphRequest } from './wire.ts';
import { World } from './world.ts';

/** The simulated Graph without HTTP, tokens, throttling, subscriptions and faults, which the shell around it adds. */
export interface GraphEngine {
  /** Routes one request to its effect and answer, synchronously. Never throws for bad input: it answers Graph's error envelope. */
  handle(request: GraphRequest): GraphAnswer;
  /** Listeners are called synchronously after each effect. Returns the way to stop listening. */
  onChange(listener: (change: GraphChange) => void): () => void;
  /** For the control API, the judge and tests: act as another client, inspect. */
  readonly world: World;
}

/** Throws for a company that contradicts itself (an unknown generator, a contact that Graph would not take). */
export function createEngine(company: Company, setting: EngineSetting): GraphEngine {
  const world = new World(company, setting);
  return {
    world,
    onChange: (listener) => world.onChange(listener),
    handle: (request) => {
      try {
        return route(openCall(world, request));
      } catch (error) {
        if (error instanceof GraphFault) return faultAnswer(error);
        throw error;
      }
    },
  };
}
