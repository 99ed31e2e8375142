"""The same measures by igraph, rustworkx and networkx, on the edges that `measures --edges FILE` wrote.

    pip install igraph rustworkx networkx scipy && python measures.py FILE [--small]

Prints JSON lines of milliseconds, the least of three rounds (of one above a million edges). `--small` adds what takes
time in proportion to nodes times edges, and networkx.
"""

import json
import resource
import sys
import time

import igraph
import numpy as np


def main():
    table = np.loadtxt(sys.argv[1])
    ends, weights = table[:, :2].astype(int), table[:, 2]
    nodes, count = int(ends.max()) + 1, len(ends)
    rounds = 1 if count > 1_000_000 else 3

    def timed(library, name, run):
        least = float("inf")
        for _ in range(rounds):
            start = time.perf_counter()
            run()
            least = min(least, time.perf_counter() - start)
        print(json.dumps({"library": library, "measure": name, "milliseconds": round(least * 1e3, 3)}), flush=True)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    g = igraph.Graph(n=nodes, edges=ends, directed=True)
    g.es["weight"] = weights
    timed("igraph", "strong components", lambda: g.connected_components(mode="strong"))
    timed("igraph", "weak components", lambda: g.connected_components(mode="weak"))
    timed("igraph", "core numbers", lambda: g.coreness())
    timed("igraph", "PageRank", lambda: g.pagerank(weights="weight"))
    timed("igraph", "PageRank, no weights", lambda: g.pagerank())
    timed("igraph", "graph", lambda: igraph.Graph(n=nodes, edges=ends, directed=True))
    print(json.dumps({"megabytes before and at peak": [before / 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]}))
    if "--small" not in sys.argv:
        return
    timed("igraph", "HITS", lambda: (g.hub_score(weights="weight"), g.authority_score(weights="weight")))
    timed("igraph", "eigenvector centrality", lambda: g.eigenvector_centrality(weights="weight"))
    timed("igraph", "triads", lambda: g.triad_census())
    timed("igraph", "reciprocity", lambda: g.reciprocity())
    timed("igraph", "betweenness", lambda: g.betweenness())
    timed("igraph", "betweenness of edges", lambda: g.edge_betweenness())
    timed("igraph", "betweenness by length", lambda: g.betweenness(weights="weight"))
    timed("igraph", "all pairs, hops", lambda: g.distances())
    timed("igraph", "closeness", lambda: g.closeness(mode="in"))
    timed("igraph", "closeness by length", lambda: g.closeness(mode="in", weights="weight"))

    import rustworkx as rx

    r = rx.PyDiGraph(multigraph=False)
    r.add_nodes_from(range(nodes))
    r.add_edges_from([(int(a), int(b), float(w)) for (a, b), w in zip(ends, weights)])
    timed("rustworkx", "strong components", lambda: rx.strongly_connected_components(r))
    timed("rustworkx", "PageRank", lambda: rx.pagerank(r, weight_fn=float))
    timed("rustworkx", "betweenness", lambda: rx.digraph_betweenness_centrality(r, normalized=False))
    timed("rustworkx", "betweenness of edges", lambda: rx.digraph_edge_betweenness_centrality(r, normalized=False))
    timed("rustworkx", "all pairs, hops", lambda: rx.digraph_distance_matrix(r))
    timed("rustworkx", "closeness", lambda: rx.digraph_closeness_centrality(r))

    import networkx as nx

    rounds = 1
    x = nx.DiGraph()
    x.add_nodes_from(range(nodes))
    x.add_weighted_edges_from((int(a), int(b), float(w)) for (a, b), w in zip(ends, weights))
    timed("networkx", "PageRank", lambda: nx.pagerank(x))
    timed("networkx", "clustering, directed", lambda: nx.clustering(x))
    timed("networkx", "clustering, directed and weighted", lambda: nx.clustering(x, weight="weight"))
    timed("networkx", "core numbers", lambda: nx.core_number(x))
    timed("networkx", "closeness", lambda: nx.closeness_centrality(x))


if __name__ == "__main__":
    main()
