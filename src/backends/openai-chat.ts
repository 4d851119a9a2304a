import type OpenAI from "openai";
import { z } from "zod";
import type { Request } from "../domain/ports.ts";
import type { Message } from "../domain/suite.ts";
import type { CallGuard } from "./call-guard.ts";
import type { Collected } from "./collect.ts";
import { argumentsText, callId } from "./tool-turn.ts";

const count = z.number().nullish();
const chunk = z.object({
  model: z.string().nullish(),
  choices: z.array(
    z.object({
      finish_reason: z.string().nullish(),
      delta: z
        .object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(
              z.object({
                index: z.number(),
                function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
              }),
            )
            .nullish(),
        })
        .nullish(),
    }),
  ),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count, cache_write_tokens: count }).nullish(),
      completion_tokens_details: z.object({ reasoning_tokens: count }).nullish(),
    })
    .nullish(),
});

/** Why a chat completion stopped, in the API's words. */
export const CHAT_ENDINGS = { refused: ["content_filter"], truncated: ["length"] };

/** What the suite says about the form of a chat completion's request. */
export interface ChatForm {
  readonly field: "max_tokens" | "max_completion_tokens";
  readonly strict: boolean | undefined;
}

/** What takes the events of one stream into the answer. */
export function chatTaker(into: Collected, guard: Pick<CallGuard, "heardAt">): (event: object) => void {
  return (event) => take(chunk.parse(event), into, guard);
}

const whole = z.looseObject({
  choices: z.array(
    z.looseObject({
      message: z.looseObject({ tool_calls: z.array(z.looseObject({})).nullish() }),
    }),
  ),
});

/** A chat completion that came in one piece, as the one event of a stream. */
export function chatEvent(body: unknown): object {
  const { choices, ...rest } = whole.parse(body);
  return {
    ...rest,
    choices: choices.map(({ message, ...choice }) => ({
      ...choice,
      delta: { ...message, tool_calls: message.tool_calls?.map((call, index) => ({ ...call, index })) },
    })),
  };
}

/** The body of a chat completion: what the suite says and nothing else. */
export function chatBody(
  model: string,
  { messages, parameters }: Request,
  { field, strict }: ChatForm,
): OpenAI.ChatCompletionCreateParamsStreaming {
  const { maxTokens, temperature, topP, seed, stop, responseSchema, tools } = parameters;
  return {
    model,
    messages: messages.flatMap(turnsOf),
    stream: true,
    stream_options: { include_usage: true },
    ...(maxTokens === undefined ? {} : { [field]: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop: [...stop] }),
    ...(responseSchema === undefined
      ? {}
      : {
          response_format: {
            type: "json_schema" as const,
            // The API wants a name for the schema; any will do.
            json_schema: {
              name: "answer",
              schema: { ...responseSchema },
              ...(strict === undefined ? {} : { strict }),
            },
          },
        }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            type: "function" as const,
            function: {
              name,
              parameters: { ...parameters },
              ...(description === undefined ? {} : { description }),
            },
          })),
        }),
  };
}

/** A turn that called tools is followed by one message for each result. */
function turnsOf(
  { role, content, called }: Message,
  index: number,
): readonly OpenAI.ChatCompletionMessageParam[] {
  if (called === undefined) return [{ role, content }];
  const calls = called.map((exchange, at) => ({ ...exchange, id: callId(index, at) }));
  return [
    {
      role: "assistant" as const,
      content: content === "" ? null : content,
      tool_calls: calls.map(({ id, name, arguments: given }) => ({
        id,
        type: "function" as const,
        function: { name, arguments: argumentsText(given) },
      })),
    },
    ...calls.map(({ id, result }) => ({ role: "tool" as const, tool_call_id: id, content: result })),
  ];
}

function take(
  { model, choices, usage }: z.infer<typeof chunk>,
  into: Collected,
  guard: Pick<CallGuard, "heardAt">,
): void {
  if (model) into.servedModel = model;
  const choice = choices[0];
  const delta = choice?.delta;
  if (delta?.content || delta?.refusal || delta?.tool_calls?.length) into.firstTokenAt ??= guard.heardAt();
  if (delta?.content) into.text += delta.content;
  if (delta?.refusal) {
    into.text += delta.refusal;
    into.refusal = true;
  }
  for (const { index, function: called } of delta?.tool_calls ?? []) {
    const tool = into.tools.get(index) ?? { name: "", json: "" };
    into.tools.set(index, {
      name: tool.name + (called?.name ?? ""),
      json: tool.json + (called?.arguments ?? ""),
    });
  }
  if (choice?.finish_reason) into.finishReason = choice.finish_reason;
  if (usage) {
    into.usage = {
      inputTokens: usage.prompt_tokens ?? undefined,
      outputTokens: usage.completion_tokens ?? undefined,
      cachedReadTokens: usage.prompt_tokens_details?.cached_tokens ?? undefined,
      cachedWriteTokens: usage.prompt_tokens_details?.cache_write_tokens ?? undefined,
      reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? undefined,
    };
  }
}
