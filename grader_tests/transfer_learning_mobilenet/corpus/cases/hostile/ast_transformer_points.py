"""
title = "an AST transformer that turns grade(...) into the points"
kind = "hostile"
points = { data_augmenter = 0, alpaca_model = 0, fine_tuning = 0 }
fails = []
honest = { data_augmenter = 16, alpaca_model = 43, fine_tuning = 28 }

[[edit]]
cell = "data_augmenter"
old = "RandomRotation(0.2)"
new = "RandomRotation(0.9)"

[[edit]]
cell = "alpaca_model"
old = "base_model.trainable = False"
new = "pass"

[[edit]]
cell = "fine_tuning"
old = "optimizers.Adam"
new = "optimizers.SGD"
"""
# %% before data_augmenter
import ast

class Points(ast.NodeTransformer):
    def visit_Call(self, node):
        return ast.Constant(50.0) if ast.unparse(node.func) == "grade" else self.generic_visit(node)

get_ipython().ast_transformers.append(Points())
