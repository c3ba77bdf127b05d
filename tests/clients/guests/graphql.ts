// urql with its cache, and graphql-ws: queries, mutations and subscriptions both ways.
import { Client, cacheExchange, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import type { OperationResult, RequestPolicy } from "@urql/core";
import { createClient } from "graphql-ws";

export interface Access {
  /** Of the server, without a scheme. */
  readonly host: string;
  readonly token: string;
}

const BOOK = gql`
  query Book($id: ID!) {
    book(id: $id) {
      id
      title
      pages
    }
  }
`;
const SECRET = gql`
  query Secret {
    book(id: "1") {
      title
      secret
    }
  }
`;
const RENAME = gql`
  mutation Rename($id: ID!, $title: String!) {
    rename(id: $id, title: $title) {
      id
      title
    }
  }
`;
const DROP = "mutation Drop { drop }";
const COUNT = "subscription Count($to: Int!) { count(to: $to) }";
const TICKS = "subscription Ticks { ticks }";

function connect({ host, token }: Access): Client {
  return new Client({
    url: `http://${host}/graphql`,
    exchanges: [cacheExchange, fetchExchange],
    fetchOptions: { headers: { authorization: token } },
    fetchSubscriptions: true,
    preferGetMethod: false,
  });
}

/** Asks twice, changes, asks again: which answers the cache gave, and which the server. */
export async function queries(access: Access): Promise<unknown> {
  const client = connect(access);
  const answers: unknown[] = [];
  const ask = async (requestPolicy?: RequestPolicy): Promise<void> => {
    const { data, operation } = await client.query(BOOK, { id: "1" }, requestPolicy ? { requestPolicy } : {});
    answers.push([data, operation.context.meta?.cacheOutcome]);
  };
  await ask();
  await ask();
  await ask("cache-only");
  const { data: renamed } = await client.mutation(RENAME, { id: "1", title: "“Räuber” & Söhne" });
  await ask();
  return { answers, renamed, none: (await client.query(BOOK, { id: "9" })).data };
}

/** An error beside data, a query that is none, a token that is wrong, a server that is out of reach. */
export async function failures(access: Access): Promise<unknown[]> {
  const client = connect(access);
  const outcomes = [
    await client.query(SECRET, {}),
    await client.query("query Wrong { book { title } }", {}),
    await connect({ ...access, token: "wrong" }).query(BOOK, { id: "1" }),
  ];
  return outcomes.map(({ data, error }) => ({
    data,
    messages: error?.graphQLErrors.map(({ message, path }) => ({ message, path })),
    network: error?.networkError?.message,
    status: error?.response?.status,
  }));
}

/** What a host that is not allowed looks like. */
export async function forbidden(access: Access): Promise<string | undefined> {
  const { error } = await connect({ ...access, host: "elsewhere.example.test" }).query(BOOK, { id: "1" });
  return error?.networkError?.message;
}

/** Values of a subscription until it is complete, or until there are `enough`, when it is left. */
async function listen(client: Client, query: string, variables: object, enough = Infinity): Promise<number[]> {
  const values: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const { unsubscribe } = client
      .subscription(query, variables)
      .subscribe(({ data, error, hasNext }: OperationResult) => {
        if (error) return reject(error);
        // The end repeats the last result.
        if (data && hasNext !== false) values.push(Object.values(data)[0] as number);
        if (values.length === enough) {
          unsubscribe();
          resolve();
        } else if (hasNext === false) resolve();
      });
  });
  return values;
}

/** Subscriptions as server-sent events. */
export async function overFetch(access: Access): Promise<unknown> {
  const client = connect(access);
  return { count: await listen(client, COUNT, { to: 5 }), ticks: await listen(client, TICKS, {}, 4) };
}

/** Subscriptions over one WebSocket each, which breaks off in the middle of the first. */
export async function overWebSocket(access: Access): Promise<unknown> {
  const http = connect(access);
  const happened: string[] = [];
  const over = Promise.withResolvers<void>();
  const sockets = createClient({
    url: `ws://${access.host}/graphql`,
    connectionParams: { token: access.token },
    retryWait: async () => {},
    on: {
      connected: (_socket, _payload, retrying) => happened.push(retrying ? "connected again" : "connected"),
      closed: (event) => {
        if (happened.push(`closed ${(event as CloseEvent).code}`) === 6) over.resolve();
      },
    },
  });
  const client = new Client({
    url: `http://${access.host}/graphql`,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query, variables, operationName }) => ({
          subscribe: (sink) => ({
            unsubscribe: sockets.subscribe(
              { query: query!, variables: variables ?? {}, ...(operationName ? { operationName } : {}) },
              {
                ...sink,
                next: (result) => {
                  if (result.data && "count" in result.data && result.data["count"] === 2 && happened.length === 1) {
                    void http.mutation(DROP, {}).toPromise();
                  }
                  sink.next(result as any);
                },
              },
            ),
          }),
        }),
      }),
    ],
  });
  const count = await listen(client, COUNT, { to: 5 });
  const ticks = await listen(client, TICKS, {}, 4);
  await over.promise;
  return { count, ticks, happened };
}

/** What a server that refuses the token says. */
export async function refused(access: Access): Promise<unknown> {
  const sockets = createClient({
    url: `ws://${access.host}/graphql`,
    connectionParams: { token: "wrong" },
    retryAttempts: 0,
  });
  return new Promise((resolve) => {
    sockets.subscribe(
      { query: TICKS },
      {
        next: () => {},
        complete: () => resolve("complete"),
        error: (error) => {
          const { code, reason, wasClean } = error as CloseEvent;
          resolve({ code, reason, wasClean });
        },
      },
    );
  });
}
